# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# Run by the build: writes the text of each of FILES into OUT, a C++ source with
# one constant a file, named k and the file's name in camel case: page.css is
# kPageCss. HEADER declares them.
cmake_policy(VERSION 3.25)
set(code "#include \"${HEADER}\"\n\nnamespace pinwarden {\n")
foreach(file IN LISTS FILES)
  file(READ ${file} text)
  get_filename_component(name ${file} NAME)
  string(REGEX MATCHALL "[a-z0-9]+" words ${name})
  set(constant k)
  foreach(word IN LISTS words)
    string(SUBSTRING ${word} 0 1 first)
    string(SUBSTRING ${word} 1 -1 rest)
    string(TOUPPER ${first} first)
    string(APPEND constant ${first}${rest})
  endforeach()
  string(APPEND code "\nconst char ${constant}[] = R\"embed(${text})embed\";\n")
endforeach()
string(APPEND code "\n}  // namespace pinwarden\n")
file(WRITE ${OUT} "${code}")
