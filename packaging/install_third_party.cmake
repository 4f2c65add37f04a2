# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# pinwarden_third_party(FILE): writes to FILE what those ask for whose code is
# linked into the programs: their copyright notices and licences, as the Debian
# packages have them that the code comes from. docs/dependencies.md names them.
function(pinwarden_third_party file)
  set(text "The programs of this package contain code of these Debian packages.\n")
  foreach(package libabsl-dev libc-ares-dev libc6-dev libcli11-dev libfmt-dev
      libgrpc-dev libmd-dev libprotobuf-dev libre2-dev libspdlog-dev
      libsqlite3-dev libstdc++-${PINWARDEN_GXX_MAJOR}-dev libtomlplusplus-dev libyaml-cpp-dev
      nlohmann-json3-dev zlib1g-dev)
    file(READ /usr/share/doc/${package}/copyright notice)
    string(APPEND text "\n======== ${package} ========\n\n${notice}")
  endforeach()
  file(WRITE ${file} "${text}")
  file(CHMOD ${file} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endfunction()
