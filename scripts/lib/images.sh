#!/bin/bash
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# images.sh ARCHIVE IMAGE...
#
# Writes container images as one OCI archive, which `ctr images import` reads.
# Each IMAGE is one image: its names, separated by spaces. A name that ends in
# "@" gets the image's own digest. Images with other names are other images,
# and each holds nothing but busybox, which sleeps.
#
#   images.sh a.tar "docker.io/library/demo:1.2.3 docker.io/library/demo@"

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

MANIFEST_TYPE=application/vnd.oci.image.manifest.v1+json
CONFIG_TYPE=application/vnd.oci.image.config.v1+json
LAYER_TYPE=application/vnd.oci.image.layer.v1.tar

# The same bytes at each run.
images_tar() {
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
    --format=ustar -C "$2" -cf "$1" .
}

# images_blob LAYOUT FILE: moves FILE among the blobs and prints
# "digest":...,"size":... for a descriptor.
images_blob() {
  local sum
  sum=$(sha256sum "$2")
  sum=${sum%% *}
  printf '"digest":"sha256:%s","size":%d' "$sum" "$(stat -c %s "$2")"
  mv "$2" "$1/blobs/sha256/$sum"
}

images_architecture() {
  local machine
  machine=$(uname -m)
  case $machine in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) echo "$machine" ;;
  esac
}

images_layer() {
  local tree=$1 applet
  mkdir -p "$tree"/{bin,dev,etc,proc,sys,tmp}
  cp "$RUNTIMES/busybox" "$tree/bin/busybox"
  for applet in cat echo ls sh sleep true; do
    ln -s busybox "$tree/bin/$applet"
  done
}

# images_manifest LAYOUT NAMES LAYER DIFF_ID: one image; prints its descriptor.
images_manifest() {
  local layout=$1 file=$1/scratch config
  printf '{"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"],%s},%s}' \
    "$(images_architecture)" \
    "\"Cmd\":[\"sleep\",\"86400\"],\"Labels\":{\"names\":\"$2\"}" \
    "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"$4\"]}" >"$file"
  config=$(images_blob "$layout" "$file")
  printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' \
    "$MANIFEST_TYPE" "{\"mediaType\":\"$CONFIG_TYPE\",$config}" \
    "{\"mediaType\":\"$LAYER_TYPE\",$3}" >"$file"
  printf '"mediaType":"%s",%s' "$MANIFEST_TYPE" "$(images_blob "$layout" "$file")"
}

images_main() {
  local archive=$1 scratch layout layer diff_id names name entries=()
  shift
  [[ -x $RUNTIMES/busybox ]] || die "no busybox in $RUNTIMES: run scripts/test"
  scratch=$(mktemp -d "$archive.XXXXXX")
  # shellcheck disable=SC2064  # the value of now
  trap "rm -rf '$scratch'" EXIT
  layout=$scratch/layout
  mkdir -p "$layout/blobs/sha256"
  images_layer "$scratch/tree"
  images_tar "$scratch/layer.tar" "$scratch/tree"
  layer=$(images_blob "$layout" "$scratch/layer.tar")
  [[ $layer =~ sha256:[0-9a-f]+ ]] && diff_id=${BASH_REMATCH[0]}

  for names in "$@"; do
    local descriptor digest
    descriptor=$(images_manifest "$layout" "$names" "$layer" "$diff_id")
    [[ $descriptor =~ sha256:[0-9a-f]+ ]] && digest=${BASH_REMATCH[0]}
    for name in $names; do
      [[ $name == *@ ]] && name+=$digest
      entries+=("{$descriptor,\"annotations\":{\"io.containerd.image.name\":\"$name\"}}")
      say "$name $digest"
    done
  done
  (IFS=, && printf '{"schemaVersion":2,"manifests":[%s]}' "${entries[*]}") \
    >"$layout/index.json"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
  images_tar "$scratch/archive.tar" "$layout"
  mv "$scratch/archive.tar" "$archive"
}

images_main "$@"
