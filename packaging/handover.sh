# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# After an upgrade the daemon that runs is still the old program. It starts the
# new one, lets it register, and leaves only then: no container is created
# unjudged. Where the new one cannot take over, the old one stays.
#
# hand_over RESTART...: the command that restarts the unit.
hand_over() {
    status=0
    pinwarden handover || status=$?
    case $status in
    0) ;;
    3)
        # It does not answer, or it is too old to know how.
        "$@" ||
            echo "pinwarden: pinwardend did not start; see: systemctl status pinwardend" >&2
        ;;
    *)
        echo "pinwarden: WARNING: the new version could not take over, so the old one" >&2
        echo "pinwarden: goes on judging. Put right what is said above, and then run:" >&2
        echo "pinwarden:   pinwarden handover" >&2
        ;;
    esac
}
