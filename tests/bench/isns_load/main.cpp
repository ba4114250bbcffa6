// isns_load: fills an iSNS server and measures its answers from outside. One JSON object on standard output, or a
// sentence on standard error and status 1.
#include <cstdio>
#include <map>

#include "tests/bench/common/arguments.h"
#include "tests/bench/common/json_line.h"
#include "tests/bench/isns_load/load.h"
#include "tests/bench/isns_load/setup.h"

namespace bench {
namespace {

constexpr std::size_t kPreparedQueries = 32768;

struct Settings {
  std::string server;
  Host base = 0;
  Host entities = 1000;
  Host host = 0;
  double timeout = 60;
  double pauseMs = 0;
  std::size_t window = Client::kWindow;
  bool noSets = false;
  bool ownSource = false;
  LoadOptions load;

  [[nodiscard]] Server target() const { return {load.server, window, !noSets}; }
};

base::Result<JsonLine> report(const Workload& workload, const LoadOptions& options) {
  base::Result<LoadReport> done = Load(workload, options).run();
  if (!done) return base::fail(done.error());
  const auto micro = [](std::uint64_t ns) { return static_cast<double>(ns) / 1000; };
  const double answers = static_cast<double>(done->answers);
  JsonLine line;
  line.add("connections", options.connections).add("depth", options.depth).add("rate", options.rate);
  line.add("answers", done->answers).add("seconds", done->seconds).add("per_second", answers / done->seconds);
  line.add("p50_us", micro(done->latency.quantile(0.5))).add("p99_us", micro(done->latency.quantile(0.99)));
  line.add("p999_us", micro(done->latency.quantile(0.999))).add("max_us", micro(done->latency.max()));
  line.add("request_bytes", workload.requestSize()).add("answer_bytes", done->answerSize);
  line.add("load_cpu_seconds", done->cpuSeconds);
  if (options.pauseNs != 0) line.add("pauses_us", done->pausesUs);
  if (options.curveStep != 0) line.add("curve_step", options.curveStep).add("curve_seconds", done->curveSeconds);
  return line;
}

base::Result<JsonLine> runRegister(Settings& a) {
  a.load.count = a.entities;
  return report(Workload::registrations(a.base, a.entities), a.load);
}

base::Result<JsonLine> runQuery(Settings& a) {
  return report(Workload::keyedQueries(a.base, a.entities, kPreparedQueries, a.ownSource), a.load);
}

base::Result<JsonLine> runZone(Settings& a) {
  return report(Workload::zoneQueries(a.base, a.entities, kPreparedQueries), a.load);
}

base::Result<JsonLine> runFill(Settings& a) {
  const std::uint64_t start = nowNs();
  if (base::Status done = fillHosts(a.target(), a.base, a.entities); !done) return base::fail(done.error());
  if (base::Status done = makeZones(a.target(), a.base, a.entities); !done) {
    return base::fail(done.error());
  }
  JsonLine line;
  line.add("entities", a.entities).add("seconds", static_cast<double>(nowNs() - start) / 1e9);
  return line;
}

base::Result<JsonLine> runSizes(Settings& a) {
  const base::Result<Sizes> sizes = probeSizes(a.target(), a.base, a.base + a.entities);
  if (!sizes) return base::fail(sizes.error());
  JsonLine line;
  line.add("register_request", sizes->registration.request).add("register_answer", sizes->registration.answer);
  line.add("query_request", sizes->keyed.request).add("query_answer", sizes->keyed.answer);
  line.add("zone_request", sizes->zone.request).add("zone_answer", sizes->zone.answer);
  return line;
}

base::Result<JsonLine> runAwait(Settings& a) {
  const base::Result<std::uint64_t> at =
      awaitHost(a.target(), a.ownSource ? a.host : initiatorOf(a.host), a.host, a.timeout);
  if (!at) return base::fail(at.error());
  JsonLine line;
  line.add("monotonic_ns", *at);
  return line;
}

using Verb = base::Result<JsonLine> (*)(Settings&);

const std::map<std::string, Verb>& verbs() {
  static const std::map<std::string, Verb> all{
      {"register", runRegister},  // measure registrations of new entities
      {"query", runQuery},        // measure queries for one random node
      {"zone", runZone},          // measure queries for the targets of a zone
      {"fill", runFill},          // register hosts and make zones of ten
      {"sizes", runSizes},        // of requests and answers; registers the host behind the last
      {"await", runAwait},        // wait until a host is found
  };
  return all;
}

base::Result<JsonLine> run(int argc, char** argv) {
  Settings a;
  const Arguments arguments =
      Arguments("isns_load", "register|query|zone|fill|sizes|await")
          .option("--server", a.server, "ADDRESS:PORT")
          .option("--base", a.base, "number of the first host")
          .option("--entities", a.entities, "hosts, each an entity with a portal and a node")
          .option("--connections", a.load.connections, "connections that ask")
          .option("--depth", a.load.depth, "requests open on each connection")
          .option("--rate", a.load.rate, "requests a second in all; 0: as fast as answers come")
          .option("--seconds", a.load.seconds, "measured time; 0: until all entities are registered")
          .option("--warm", a.load.warmSeconds, "seconds of queries before that")
          .option("--pause-ms", a.pauseMs, "with a rate: note pauses that are longer; 0: do not")
          .option("--curve-step", a.load.curveStep, "note the time at every so many registrations; 0: not at all")
          .option("--window", a.window, "requests open at a time while filling")
          .option("--host", a.host, "number of the host to wait for")
          .option("--timeout", a.timeout, "seconds to wait for it")
          .flag("--frames-only", a.load.framesOnly, "the server is bare_echo: check no attributes")
          .flag("--own-source", a.ownSource, "a node asks for itself, which needs no zones")
          .flag("--no-sets", a.noSets, "the server knows no domain sets");
  const base::Result<std::vector<std::string>> words = arguments.parse(argc, argv);
  if (!words) return base::fail(words.error());
  const auto verb = verbs().find(words->front());
  if (verb == verbs().end()) return base::fail("no verb: " + words->front());
  const base::Result<net::Address> server = net::Address::parse(a.server);
  if (!server) return base::fail(server.error());
  a.load.server = *server;
  a.load.pauseNs = static_cast<std::uint64_t>(a.pauseMs * 1e6);
  return verb->second(a);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  base::Result<bench::JsonLine> line = bench::run(argc, argv);
  if (!line) return std::fprintf(stderr, "isns_load: %s\n", line.error().text.c_str()), 1;
  line->print();
  return 0;
}
