# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# Read by cpack before it makes a package of CPACK_GENERATOR.
include(${CPACK_PINWARDEN_SOURCE_DIR}/packaging/source_date.cmake)
pinwarden_source_date(${CPACK_PINWARDEN_SOURCE_DIR} epoch)
set(ENV{SOURCE_DATE_EPOCH} ${epoch})
set(ENV{TZ} UTC)

# The programs and what else both families have, and then what only one has.
string(TOLOWER ${CPACK_GENERATOR} family)
set(CPACK_INSTALL_CMAKE_PROJECTS
  ${CPACK_PINWARDEN_BINARY_DIR} pinwarden Unspecified /
  ${CPACK_PINWARDEN_BINARY_DIR} pinwarden ${family} /)
