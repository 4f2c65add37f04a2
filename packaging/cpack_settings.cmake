# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# What the packages say of themselves.
set(CPACK_PACKAGE_NAME pinwarden)
set(CPACK_PACKAGE_VENDOR "The pinwarden authors")
# Nobody reads mail there: the domain is reserved for examples.
set(CPACK_PACKAGE_CONTACT "The pinwarden authors <pinwarden@example.org>")
set(CPACK_PACKAGE_VERSION ${PINWARDEN_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
  "keeps container images that nobody pinned from running")
set(CPACK_PACKAGE_DESCRIPTION
"A plugin of the container runtime (NRI). For every container that is about
to be created it judges the image that was asked for against one local
policy file: is it pinned to a version or a digest, and does it come from a
registry that is trusted? In observe mode, which is the default, it records
what it would refuse; in enforce mode the container is refused, with a
message that says how to pin the image. It needs no network, no API server
and no registry.")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /)
set(CPACK_PACKAGE_RELOCATABLE OFF)
set(CPACK_STRIP_FILES OFF)  # the linker has done it
set(CPACK_THREADS 1)        # more of them would compress to other bytes
set(CPACK_GENERATOR DEB RPM)
# What differs by family, and the time that is in the packages.
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/cpack_family.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/cpack_normalize.cmake)
set(CPACK_PINWARDEN_SOURCE_DIR ${PROJECT_SOURCE_DIR})
set(CPACK_PINWARDEN_BINARY_DIR ${PROJECT_BINARY_DIR})

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_DEPENDS systemd)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)  # the programs are static
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${CMAKE_CURRENT_LIST_DIR}/deb/conffiles
  ${CMAKE_CURRENT_BINARY_DIR}/deb/postinst
  ${CMAKE_CURRENT_BINARY_DIR}/deb/prerm
  ${CMAKE_CURRENT_BINARY_DIR}/deb/postrm)

set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_RELEASE 1)
set(CPACK_RPM_PACKAGE_LICENSE Apache-2.0)
set(CPACK_RPM_PACKAGE_GROUP "System Environment/Daemons")
set(CPACK_RPM_PACKAGE_SUMMARY
  "Keeps container images that nobody pinned from running")
set(CPACK_RPM_PACKAGE_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_RPM_PACKAGE_REQUIRES systemd)
set(CPACK_RPM_PACKAGE_AUTOREQ no)
set(CPACK_RPM_PACKAGE_AUTOPROV no)
set(CPACK_RPM_COMPRESSION_TYPE xz)
set(CPACK_RPM_POST_INSTALL_SCRIPT_FILE ${CMAKE_CURRENT_BINARY_DIR}/rpm/post)
set(CPACK_RPM_PRE_UNINSTALL_SCRIPT_FILE ${CMAKE_CURRENT_BINARY_DIR}/rpm/preun)
set(CPACK_RPM_POST_UNINSTALL_SCRIPT_FILE ${CMAKE_CURRENT_BINARY_DIR}/rpm/postun)
# The configuration is kept as the operator left it, and what is listed here is
# not listed by CPack.
set(CPACK_RPM_USER_FILELIST
  "%config(noreplace) /etc/pinwarden/policy.yaml"
  "%config(noreplace) /etc/pinwarden/pinwardend.yaml"
  "%license /usr/share/licenses/pinwarden/LICENSE"
  "%doc /usr/share/doc/pinwarden/CHANGELOG.md"
  "%doc /usr/share/man/man1/pinwarden.1.gz"
  "%doc /usr/share/man/man5/pinwarden-policy.5.gz"
  "%doc /usr/share/man/man8/pinwardend.8.gz")
# Directories that belong to the system.
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
  /etc /usr /usr/bin /usr/lib /usr/lib/systemd /usr/lib/systemd/system
  /usr/lib/sysusers.d /usr/share /usr/share/bash-completion
  /usr/share/bash-completion/completions /usr/share/doc /usr/share/licenses
  /usr/share/man /usr/share/man/man1 /usr/share/man/man5 /usr/share/man/man8)
# Nothing of where, when and by whom it was built.
set(CPACK_RPM_SPEC_MORE_DEFINE
"%define packager ${CPACK_PACKAGE_CONTACT}
%define _buildhost localhost
%define use_source_date_epoch_as_buildtime 1
%define clamp_mtime_to_source_date_epoch 1
%define _build_id_links none
%define __os_install_post %{nil}
%define _missing_build_ids_terminate_build 0")
