// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/daemon.h"

int main(int argc, char** argv) { return pinwarden::DaemonMain(argc, argv); }
