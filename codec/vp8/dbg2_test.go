package vp8_test
import ("testing";"os";"github.com/callrec/callrec/codec/vp8")
func BenchmarkDbg(b *testing.B){
 fr:=readIVF(b,os.Getenv("BENCHIVF"))
 d,_:=vp8.NewDecoder(vp8.DecoderConfig{})
 b.ReportAllocs()
 n:=0
 for b.Loop() { for _,f:=range fr { if _,err:=d.Decode(f,0);err!=nil{b.Fatal(err)}; n++ } }
 b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n),"us/frame")
}
func TestCmp(t *testing.T){
 if os.Getenv("CMPIVF")=="" {t.Skip()}
 d,_:=vp8.NewDecoder(vp8.DecoderConfig{})
 f,_:=os.Create(os.Getenv("CMPIVF")+".yuv")
 for i,au:=range readIVF(t,os.Getenv("CMPIVF")) { p,err:=d.Decode(au,0); if err!=nil {t.Fatal(i,err)}; if len(p)>0 { f.Write(appendI420(nil,p[0].Image)) } }
 f.Close()
}
