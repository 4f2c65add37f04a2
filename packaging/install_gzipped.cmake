# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# pinwarden_install_gzipped(FILE PATH): FILE, compressed, as PATH below the root
# that is installed to; without the name and the time that gzip would keep.
function(pinwarden_install_gzipped file path)
  set(target $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${path})
  get_filename_component(directory ${target} DIRECTORY)
  file(MAKE_DIRECTORY ${directory})
  execute_process(COMMAND gzip -9nc ${file} OUTPUT_FILE ${target}
    COMMAND_ERROR_IS_FATAL ANY)
  file(CHMOD ${target} PERMISSIONS
    OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  message(STATUS "Installing: ${target}")
endfunction()
