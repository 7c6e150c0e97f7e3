#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The sink movie: what players find in its files (ffprobe), the same bytes whatever -j, and Ctrl-C.
#
# shellcheck disable=SC2016 # what is for eval stands in single quotes
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

if ! "$THALWEG" info sink-movie >/dev/null 2>&1 || ! command -v ffprobe >/dev/null; then
    echo "skipped: no sink movie, or no ffprobe"
    exit 77
fi

cat >ball.yaml <<'END'
thalweg: 1
title: "A film"
model: {plugin: wells}
grid: {points: 21, range: [-2, 2]}
ball: {start: highest}
sinks: [{plugin: movie, width: 160, height: 96, fps: 12, duration: 1, quality: preview}]
END

# probe FILE: what ffprobe has to say, sorted, in one line
probe()
{
    ffprobe -v error -count_frames -of default=nw=1 -show_entries \
        stream=codec_name,width,height,pix_fmt,nb_read_frames,r_frame_rate,color_space:format=duration \
        "$1" | sort | tr '\n' ' '
}

# film FILE ENTRY...: it is made, and ffprobe says all that
film()
{
    file=$1
    shift
    thalweg run ball.yaml -o out --set "sinks.0.path=$file"
    check "$file: runs" exits 0
    probe "out/$file" >"$scratch/err"
    for entry; do
        check "$file: $entry" grep -q "$entry " "$scratch/err"
    done
}

film a.mp4 width=160 height=96 nb_read_frames=12 r_frame_rate=12/1 duration=1.000000 \
    pix_fmt=yuv420p
if ffmpeg -v quiet -encoders 2>/dev/null | grep -q libx264; then
    check "a.mp4: H.264, BT.709" eval 'grep -q "codec_name=h264 .*color_space=bt709 " "$scratch/err"'
fi
check "a.mp4: the index is in front" eval '
    [ "$(grep -abo moov out/a.mp4 | head -n 1 | cut -d: -f1)" -lt \
      "$(grep -abo mdat out/a.mp4 | head -n 1 | cut -d: -f1)" ]'
check "a.mp4: no date" eval '! ffprobe -v error -show_entries format_tags out/a.mp4 | grep -q creation'
check "a.mp4: its title" eval 'ffprobe -v error -show_entries format_tags out/a.mp4 | grep -q "title=A film"'
film a.webm codec_name=vp9 width=160 height=96 nb_read_frames=12 pix_fmt=yuv420p duration=1.000000
film a.gif codec_name=gif width=160 height=96 nb_read_frames=12

for end in mp4 gif; do
    for j in 1 2; do
        thalweg run ball.yaml -o "j$j" "-j$j" --set "sinks.0.path=a.$end"
    done
    check "$end: -j1 and -j2 give the same bytes" cmp "j1/a.$end" "j2/a.$end"
done

# ---- Ctrl-C: a film that ends early

mkdir stopped
"$THALWEG" run ball.yaml -o stopped --set sinks.0.duration=120 \
    --set sinks.0.path=a.mp4 >"$scratch/out" 2>"$scratch/err" &
child=$!
for _ in $(seq 600); do
    [ "$(find stopped -name '.tmp-*' -size +8k | wc -l)" -eq 0 ] || break
    sleep 0.1
done
kill -s INT "$child"
status=0
wait "$child" || status=$?
check "SIGINT: 130" exits 130
check "SIGINT: says how far it came" said "of 1440 frames"
check "SIGINT: the film is there" [ -s stopped/a.mp4 ]
check "SIGINT: nothing else is" [ "$(find stopped -type f | wc -l)" -eq 1 ]
probe stopped/a.mp4 >"$scratch/out" 2>&1
check "SIGINT: it plays" grep -q 'codec_name=.*nb_read_frames=[1-9][0-9]* ' "$scratch/out"

# ---- what is said when it cannot be

thalweg run ball.yaml -o out --set sinks.0.path=a.avi
check "an unknown kind of file" eval 'exits 2 && said ".webm"'
finish
