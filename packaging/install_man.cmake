# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs the man pages.
include(${PINWARDEN_SOURCE_DIR}/packaging/install_gzipped.cmake)
foreach(page pinwarden.1 pinwarden-policy.5 pinwardend.8)
  string(REGEX REPLACE ".*\\.([0-9])$" "man\\1" section ${page})
  pinwarden_install_gzipped(${PINWARDEN_SOURCE_DIR}/docs/man/${page}
    usr/share/man/${section}/${page}.gz)
endforeach()
