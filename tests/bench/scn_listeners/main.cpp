// scn_listeners: how fast a change reaches all listeners of a zone, beside a bare sender over the same sockets.
//
// Says {"ready": ...} when all nodes are registered, then obeys lines of standard input, each answered by one JSON
// object: "measure connect|keep ROUNDS", "storm connect|keep server|bare SECONDS". Ends with standard input, or with a
// sentence on standard error and status 1.
#include <csignal>
#include <cstdio>
#include <iostream>
#include <sstream>

#include "tests/bench/common/arguments.h"
#include "tests/bench/scn_listeners/fanout.h"

namespace bench {
namespace {

base::Result<JsonLine> obey(Fanout& fanout, const std::string& line) {
  std::istringstream words(line);
  std::string verb;
  std::string reachWord;
  words >> verb >> reachWord;
  const Reach reach = reachWord == "keep" ? Reach::Keep : Reach::Connect;
  if (verb == "measure") {
    unsigned rounds = 0;
    if (words >> rounds && rounds > 0) return fanout.measure(reach, rounds);
  } else if (verb == "storm") {
    std::string by;
    double seconds = 0;
    if (words >> by >> seconds) return fanout.storm(reach, by == "server", seconds);
  }
  return base::fail("not understood: " + line);
}

base::Result<FanoutOptions> parse(int argc, char** argv) {
  FanoutOptions options;
  std::string server;
  bool noSets = false;
  const Arguments arguments =
      Arguments("scn_listeners", "")
          .option("--server", server, "ADDRESS:PORT")
          .option("--sender", options.sender, "path of bare_fanout")
          .option("--scratch", options.scratch, "folder for temporary files")
          .option("--listeners", options.listeners, "listeners")
          .option("--processes", options.processes, "processes that share them")
          .option("--base", options.base, "number of the first host")
          .option("--chunk", options.chunk, "members in one DDReg")
          .option("--window", options.window, "requests open at a time while setting up")
          .option("--sender-cpu", options.senderCpu, "processor of the bare sender; -1: any")
          .option("--pause-ms", options.pauseMs, "rest between two rounds")
          .flag("--no-sets", noSets, "the server knows no domain sets")
          .flag("--lenient-domains", options.lenientDomains, "status 11 of DDReg counts as done")
          .flag("--own-connections", options.ownConnections, "each node has its own connection to the server");
  const base::Result<std::vector<std::string>> words = arguments.parse(argc, argv);
  if (!words) return base::fail(words.error());
  const base::Result<net::Address> address = net::Address::parse(server);
  if (!address) return base::fail(address.error());
  options.server = *address;
  options.hasSets = !noSets;
  return options;
}

base::Status run(int argc, char** argv) {
  const base::Result<FanoutOptions> options = parse(argc, argv);
  if (!options) return base::fail(options.error());
  Fanout fanout(*options);
  if (base::Status started = fanout.start(); !started) return started;
  JsonLine().add("ready", options->listeners).print();
  for (std::string line; std::getline(std::cin, line);) {
    base::Result<JsonLine> result = obey(fanout, line);
    if (!result) return base::fail(result.error());
    result->print();
  }
  return {};
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const base::Status done = bench::run(argc, argv);
  if (!done) return std::fprintf(stderr, "scn_listeners: %s\n", done.error().text.c_str()), 1;
  return 0;
}
