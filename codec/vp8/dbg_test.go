package vp8_test
import ("testing";"os";"os/exec";"bytes";"fmt";"github.com/callrec/callrec/codec/vp8")
func TestDbg(t *testing.T){
 if os.Getenv("DBG")=="" {t.Skip()}
 var seed,w,h,ver int
 fmt.Sscan(os.Getenv("DBG"),&seed,&w,&h,&ver)
 s:=newRandomStream(uint64(seed),w,h,ver)
 fr:=s.frames(30)
 file:=ivf(w,h,fr)
 out:=map[string][]byte{}
 for _,dec:=range []string{"libvpx","vp8"}{
  cmd:=exec.Command("ffmpeg","-v","error","-threads","1","-c:v",dec,"-f","ivf","-i","-","-fps_mode","passthrough","-f","rawvideo","-pix_fmt","yuv420p","-")
  cmd.Stdin=bytes.NewReader(file); o,err:=cmd.Output(); if err!=nil {t.Fatal(err)}
  out[dec]=o
 }
 d,_:=vp8.NewDecoder(vp8.DecoderConfig{})
 n:=0
 cw,ch:=(w+1)/2,(h+1)/2
 fs:=w*h+2*cw*ch
 for i,f:=range fr {
  pics,err:=d.Decode(f,0); if err!=nil{t.Fatal(err)}
  hd,_:=vp8.ParseHeader(f)
  for _,p:=range pics {
   g:=appendI420(nil,p.Image)
   l:=out["libvpx"][n*fs:][:fs]; v:=out["vp8"][n*fs:][:fs]
   a,b,c:=bytes.Equal(g,l),bytes.Equal(g,v),bytes.Equal(l,v)
   fmt.Println(i,n,"me==libvpx",a,"me==ff",b,"lib==ff",c, fmt.Sprintf("%+v",hd))
   if !a { k:=0
     for j:=range g { if g[j]!=l[j] { 
       x,y:=j%w,j/w; pl:="Y"
       if j>=w*h { q:=j-w*h; pl="U"; if q>=cw*ch {q-=cw*ch;pl="V"}; x,y=q%cw,q/cw}
       fmt.Println(pl,x,y,"me",g[j],"lib",l[j],"ff",v[j]); k++; if k>40 {return} } }
     return }
   n++
  }
 }
}
