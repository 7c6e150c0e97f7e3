#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# build.sh CC OUTDIR INCLUDEDIR -- make every broken plugin from broken.c.
set -eu
cc=$1 out=$2 include=$3
source=$(dirname "$0")/broken.c
mkdir -p "$out"

# make FILE [SWITCH]...: the name in the descriptor is that of the file.
make()
{
    file=$1
    name=${file#*-}
    shift
    # Unquoted: CC may carry options.
    $cc -std=c11 -O1 -fPIC -shared -fvisibility=hidden -I"$include" -DNAME="\"$name\"" "$@" \
        -o "$out/$file.so" "$source"
}

make dataset-fine
make dataset-odd-flags -DFLAGS=0x80000000u
make dataset-chatty -DCHATTY
make dataset-unavailable -DUNAVAILABLE

make dataset-bad-magic -DMAGIC=0xdeadbeefu
make dataset-no-symbol -DNO_SYMBOL
make dataset-future-major -DMAJOR=7
make dataset-future-minor -DMINOR=99
make dataset-tiny-size -DSTRUCT_SIZE=16
make dataset-wild-size -DSTRUCT_SIZE=0xfffffff0u
make dataset-tiny-param -DPARAM_SIZE=8
make dataset-odd-param -DPARAM_SIZE='sizeof(struct tw_param)+1'
make dataset-no-ops -DNO_OPS
make dataset-zero-ops -DOPS_SIZE=0
make dataset-wild-ops -DOPS_SIZE=0xfffffff0u
make dataset-unknown-kind -DKIND=9
make dataset-unknown-threads -DTHREADS=7
make dataset-other-kind -DKIND=TW_SINK

make dataset-misnamed -UNAME -DNAME='"other"'
make dataset-null-name -UNAME -DNAME=NULL
make dataset-Capital
make dataset-no-summary -DSUMMARY='""'
make dataset-two-lines -DSUMMARY='"one\ntwo"'
make dataset-no-license -DLICENSE=NULL

make dataset-missing-op -DNO_LOAD
make dataset-no-create -DCREATE=NULL
make dataset-no-destroy -DDESTROY=NULL
make reducer-nothing -DKIND=TW_REDUCER -DREDUCER=0
make reducer-half -DKIND=TW_REDUCER -DREDUCER=1

make dataset-bad-default -DDEFAULT='"7"'
make dataset-outside -DOUTSIDE
make dataset-duplicate -DDUPLICATE
make dataset-no-help -DHELP=NULL

make dataset-crash -DCRASH
make dataset-leave -DLEAVE
make dataset-hang -DHANG=1
make dataset-hang-blocked -DHANG=2
make dataset-fast-math -DFAST_MATH
make dataset-undefined -DUNDEFINED
