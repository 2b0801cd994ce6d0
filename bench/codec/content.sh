#!/usr/bin/env bash
# Makes the canvases that `codec bdrate` is run on: 8 frames/s y4m files composed from camera-like H.264 streams, with
# sensor noise in the tiles as a camera has it.
#
#   bench/codec/content.sh OUT VECTORS [SIZE [SECONDS]]
#
# VECTORS is a folder with BA1_FT_C.264, Zhling_1280x720.264 and Cisco_Men_whisper_640x320_CABAC_Bframe_9.264 (all from
# cisco/openh264's res/). SIZE is 1920x1080 if not given, SECONDS 5. Needs ffmpeg with libfreetype and a monospaced font.
#
#   moving   nine tiles of moving people under noise
#   still70  the same with six of the nine tiles still: 70 % of the canvas (and their noise with them)
#   still    nothing moves at all
#   scroll   a page of text that scrolls by 12 samples a frame
#   slide    a page of text that becomes another one after two seconds
set -euo pipefail
out=$1 vectors=$2 size=${3:-1920x1080} seconds=${4:-5}
w=${size%x*} h=${size#*x}
tw=$((w / 3 / 2 * 2)) th=$((h / 3 / 2 * 2))
mkdir -p "$out"
run() { ffmpeg -v error -nostdin -y "$@"; }
output=(-r 8 -t "$seconds" -pix_fmt yuv420p -fps_mode cfr)

# A tile: each source at 8 frames/s, there and back so that it never cuts, scaled to fill the tile, with noise.
tile() { # name file filter
	run -i "$2" -an -vf "$3,setpts=N/8/TB,scale=$tw:$th:force_original_aspect_ratio=increase,crop=$tw:$th,split[a][b];[b]reverse[r];[a][r]concat,loop=20:400:0,setpts=N/8/TB,noise=alls=${NOISE:-6}:allf=t:all_seed=7" \
		"${output[@]}" "$out/tile-$1.y4m"
}
tile 0 "$vectors/BA1_FT_C.264" "select='not(mod(n,3))'"
tile 1 "$vectors/Zhling_1280x720.264" "null"
tile 2 "$vectors/Cisco_Men_whisper_640x320_CABAC_Bframe_9.264" "null"
tile 3 "$vectors/BA1_FT_C.264" "select='gt(n,100)*not(mod(n,3))',hflip"

layout=""
for i in 0 1 2 3 4 5 6 7 8; do layout+="$((i % 3 * tw))_$((i / 3 * th))|"; done
mosaic() { # name, number of tiles that move
	local name=$1 moving=$2 inputs=() graph="" labels=""
	for i in 0 1 2 3 4 5 6 7 8; do
		inputs+=(-i "$out/tile-$((i % 4)).y4m")
		if [ "$i" -lt "$moving" ]; then
			graph+="[$i]null[t$i];"
		else
			graph+="[$i]trim=end_frame=1,loop=-1:1,setpts=N/8/TB[t$i];"
		fi
		labels+="[t$i]"
	done
	run "${inputs[@]}" -filter_complex "$graph${labels}xstack=inputs=9:layout=${layout%|},pad=$w:$h" "${output[@]}" "$out/$name.y4m"
}
mosaic moving 9
mosaic still70 3
mosaic still 0

page() { # seed: lines of words
	awk -v seed="$1" 'BEGIN { srand(seed); for (l = 0; l < 160; l++) { s = ""; while (length(s) < 60 + 30 * rand()) {
		n = 2 + int(8 * rand()); for (k = 0; k < n; k++) s = s sprintf("%c", 97 + int(26 * rand())); s = s " " } print s } }'
}
font=${FONT:-$(fc-match -f '%{file}' monospace)}
page 1 >"$out/page1.txt"
page 2 >"$out/page2.txt"
text="fontfile=$font:fontsize=$((h / 45)):fontcolor=black:line_spacing=6:x=40"
run -f lavfi -i "color=white:s=$size:r=8" -vf "drawtext=textfile=$out/page1.txt:$text:y='20-12*n'" "${output[@]}" "$out/scroll.y4m"
run -f lavfi -i "color=white:s=$size:r=8" \
	-vf "drawtext=textfile=$out/page1.txt:$text:y=20:enable='lt(t,2)',drawtext=textfile=$out/page2.txt:$text:y=20:enable='gte(t,2)'" \
	"${output[@]}" "$out/slide.y4m"
rm -f "$out"/tile-*.y4m "$out"/page?.txt
