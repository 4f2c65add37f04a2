# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What is on a host, to see that a package leaves nothing of itself there.

# leftovers_list: every file but those that others write all the time, every
# user, group and unit, one a line.
leftovers_list() {
  inside find / -xdev \
    \( -path /dev -o -path /proc -o -path /sys -o -path /tmp -o -path /root \
    -o -path /var/tmp -o -path /var/log -o -path /var/cache \
    -o -path /var/lib/containerd -o -path /var/lib/dpkg \
    -o -path /var/lib/systemd -o -path /var/lib/rpm \) -prune -o -print |
    # The copies that tools make of the files of users and groups.
    grep -v '^/etc/\(passwd\|shadow\|group\|gshadow\|subuid\|subgid\)-$' | sort
  inside find /run /tmp /var -xdev -name '*pinwarden*' \
    -not -path '/var/lib/dpkg/*' | sort
  inside find /dev/shm -mindepth 1 | sort
  inside cut -d: -f1 /etc/passwd /etc/group | sort
  inside systemctl list-unit-files --no-legend --no-pager |
    awk '{ print "unit", $1 }' | sort
}

# leftovers_since FILE: what is there now and was not when FILE was written.
leftovers_since() {
  local now
  now=$(leftovers_list)
  diff "$1" - <<<"$now"
}

leftovers_no_process() { not inside_sh 'grep -l pinwarden /proc/[0-9]*/comm'; }
