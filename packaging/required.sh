# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What "pinwarden doctor --fix" wrote may have the runtime refuse every container
# while pinwarden is away, and that is for ever now. It lies in whichever directory
# the runtime imports.
warn_if_required() {
    find /etc -xdev -type f \
        \( -name 99-pinwarden.toml -o -name 99-pinwarden.conf \) 2>/dev/null |
        while read -r file; do
            echo "pinwarden: WARNING: the runtime may refuse all containers from now on." >&2
            echo "pinwarden: To end that: rm $file, and restart the runtime." >&2
        done
}
