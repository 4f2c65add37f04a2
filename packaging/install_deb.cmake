# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs what only the DEB has.
include(${PINWARDEN_SOURCE_DIR}/packaging/install_gzipped.cmake)
include(${PINWARDEN_SOURCE_DIR}/packaging/install_third_party.cmake)
include(${PINWARDEN_SOURCE_DIR}/packaging/source_date.cmake)
set(doc usr/share/doc/pinwarden)
file(INSTALL ${PINWARDEN_SOURCE_DIR}/packaging/deb/copyright
  DESTINATION ${CMAKE_INSTALL_PREFIX}/${doc})
file(INSTALL ${PINWARDEN_SOURCE_DIR}/packaging/deb/lintian-overrides
  DESTINATION ${CMAKE_INSTALL_PREFIX}/usr/share/lintian/overrides
  RENAME pinwarden)
pinwarden_install_gzipped(${PINWARDEN_SOURCE_DIR}/CHANGELOG.md
  ${doc}/changelog.gz)

# What is written here first and then installed.
set(scratch ${PINWARDEN_BINARY_DIR}/packaging/deb)
pinwarden_third_party(${scratch}/third-party)
pinwarden_install_gzipped(${scratch}/third-party ${doc}/third-party.gz)
# The family's own changelog has the package's version and date.
pinwarden_source_date(${PINWARDEN_SOURCE_DIR} epoch)
set(ENV{SOURCE_DATE_EPOCH} ${epoch})
string(TIMESTAMP PINWARDEN_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${PINWARDEN_SOURCE_DIR}/packaging/deb/changelog.in
  ${scratch}/changelog @ONLY)
pinwarden_install_gzipped(${scratch}/changelog ${doc}/changelog.Debian.gz)
