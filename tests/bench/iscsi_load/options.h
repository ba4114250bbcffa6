// What the load generator is told, and what the login agrees on. Values only.
#pragma once

#include <cstdint>
#include <string>

#include "shared/net/address.h"

namespace bench::iscsi {

struct Options {
  net::Address server;
  std::string target;
  std::string initiator = "iqn.2026-01.org.example:load";
  unsigned lun = 1;
  bool bare = false;  // the server is bare_target: no login
  bool headerDigest = false;
  bool dataDigest = false;
  std::uint32_t maxRecv = 1U << 20;     // MaxRecvDataSegmentLength that we declare
  std::uint32_t firstBurst = 1U << 20;  // offered
  std::uint32_t maxBurst = 16776192;    // offered
  bool initialR2t = false;              // offered
  bool immediateData = true;            // offered
  unsigned sessions = 1;
  unsigned depth = 32;         // commands open in a session
  std::uint32_t block = 4096;  // bytes of a command
  std::uint64_t span = 0;      // bytes of the LUN to use; 0: all
  unsigned readPercent = 100;
  bool sequential = false;
  bool verify = false;     // compare every byte
  bool unchecked = false;  // the LUN does not hold the pattern
  double warmSeconds = 0.3;
  double seconds = 3;
  std::uint64_t seed = 1;
  unsigned parallel = 0;  // logins under way at a time; 0: all
  int pid = 0;            // of the target
};

// In force on a connection after its login: RFC 7143's defaults where nothing was said.
struct Agreed {
  std::uint32_t targetMaxRecv = 8192;
  std::uint32_t firstBurst = 65536;
  std::uint32_t maxBurst = 262144;
  bool initialR2t = true;
  bool immediateData = true;
  bool headerDigest = false;
  bool dataDigest = false;
};

}  // namespace bench::iscsi
