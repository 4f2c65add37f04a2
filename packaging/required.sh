# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What "pinwarden doctor --fix" wrote may have the runtime refuse every container
# while pinwarden is away, and that is for ever now.
warn_if_required() {
    for file in /etc/containerd/conf.d/99-pinwarden.toml \
        /etc/crio/crio.conf.d/99-pinwarden.conf; do
        if [ -e "$file" ]; then
            echo "pinwarden: WARNING: the runtime may refuse all containers from now on." >&2
            echo "pinwarden: To end that: rm $file, and restart the runtime." >&2
        fi
    done
}
