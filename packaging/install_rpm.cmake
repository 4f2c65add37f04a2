# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs what only the RPM has.
include(${PINWARDEN_SOURCE_DIR}/packaging/install_third_party.cmake)
set(licenses ${CMAKE_INSTALL_PREFIX}/usr/share/licenses/pinwarden)
file(INSTALL ${PINWARDEN_SOURCE_DIR}/LICENSE DESTINATION ${licenses})
pinwarden_third_party($ENV{DESTDIR}${licenses}/third-party)
file(INSTALL ${PINWARDEN_SOURCE_DIR}/CHANGELOG.md
  DESTINATION ${CMAKE_INSTALL_PREFIX}/usr/share/doc/pinwarden)
