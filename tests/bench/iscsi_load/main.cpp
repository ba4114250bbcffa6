// iscsi_load: a single-threaded raw iSCSI client that measures a target, or the bare one.
//
//   io       logs in, reads or writes for a time, logs out: rate, latencies, what it costs both ends
//   fill     writes the pattern over the LUN, which io and check then look for
//   check    reads the whole LUN and compares every byte with the pattern
//   connect  connects and logs in all sessions, then logs them out
//   idle     logs all in and holds them in silence: what that costs the target
//
// One JSON object on standard output, or a sentence on standard error and status 1.
#include <cstdio>
#include <map>

#include "tests/bench/common/arguments.h"
#include "tests/bench/common/json_line.h"
#include "tests/bench/common/posix.h"
#include "tests/bench/iscsi_load/driver.h"

namespace bench::iscsi {
namespace {

constexpr std::uint32_t kScsiBlock = 512;
constexpr std::uint32_t kMaxBlock = 8U << 20;
constexpr unsigned kMaxDepth = 4095;

double micro(std::uint64_t ns) { return static_cast<double>(ns) / 1000; }

void addLatency(JsonLine& line, const Histogram& latency) {
  line.add("p50_us", micro(latency.quantile(0.5))).add("p99_us", micro(latency.quantile(0.99)));
  line.add("p999_us", micro(latency.quantile(0.999))).add("max_us", micro(latency.max()));
}

void addAgreed(JsonLine& line, const Agreed& agreed) {
  line.add("target_max_recv", agreed.targetMaxRecv).add("first_burst", agreed.firstBurst);
  line.add("max_burst", agreed.maxBurst).add("initial_r2t", agreed.initialR2t ? 1 : 0);
  line.add("immediate_data", agreed.immediateData ? 1 : 0);
}

base::Result<JsonLine> work(const Options& options, Work::Shape shape, bool whole) {
  Driver driver(options);
  const base::Result<OpenReport> opened = driver.open(true);
  if (!opened) return base::fail(opened.error());
  const std::uint64_t capacity = driver.first().capacity();
  shape.span = options.span == 0 ? capacity : options.span;
  if (shape.span > capacity || shape.span < shape.block) return base::fail("the LUN is too small");
  if (whole) shape.limit = shape.span / shape.block;
  const base::Result<WorkReport> done = driver.work(shape);
  if (!done) return base::fail(done.error());
  const base::Result<double> closed = driver.close();
  if (!closed) return base::fail(closed.error());
  const auto commands = static_cast<double>(done->commands);
  JsonLine line;
  line.add("sessions", options.sessions).add("depth", options.depth).add("block", shape.block);
  line.add("read_percent", shape.readPercent).add("commands", done->commands).add("seconds", done->seconds);
  line.add("per_second", commands / done->seconds);
  line.add("mb_per_second", commands * shape.block / done->seconds / 1e6);
  addLatency(line, done->latency);
  line.add("load_cpu_us", done->loadCpu * 1e6 / commands).add("target_cpu_us", done->targetCpu * 1e6 / commands);
  line.add("load_cpu_share", done->loadCpu / done->seconds).add("target_cpu_share", done->targetCpu / done->seconds);
  line.add("r2ts", driver.r2ts()).add("window_closed", driver.windowClosed());
  line.add("logouts_unanswered", driver.rude());
  addAgreed(line, driver.first().agreed());
  return line;
}

base::Result<JsonLine> runIo(Options& options) {
  Work::Shape shape;
  shape.block = options.block;
  shape.readPercent = options.readPercent;
  shape.sequential = options.sequential;
  shape.seed = options.seed;
  return work(options, shape, false);
}

base::Result<JsonLine> runWhole(Options& options, unsigned readPercent) {
  Work::Shape shape;
  shape.block = options.block;
  shape.readPercent = readPercent;
  shape.sequential = true;
  options.verify = true;
  return work(options, shape, true);
}
base::Result<JsonLine> runFill(Options& options) { return runWhole(options, 0); }
base::Result<JsonLine> runCheck(Options& options) { return runWhole(options, 100); }

base::Result<JsonLine> runConnect(Options& options) {
  Driver driver(options);
  const base::Result<OpenReport> opened = driver.open(false);
  if (!opened) return base::fail(opened.error());
  const base::Result<double> closed = driver.close();
  if (!closed) return base::fail(closed.error());
  JsonLine line;
  line.add("sessions", options.sessions).add("login_seconds", opened->seconds).add("logout_seconds", *closed);
  line.add("logouts_unanswered", driver.rude());
  addLatency(line, opened->latency);
  line.add("target_cpu_us", opened->targetCpu * 1e6 / options.sessions);
  return line;
}

base::Result<JsonLine> runIdle(Options& options) {
  Driver driver(options);
  const base::Result<std::uint64_t> before = driver.target().residentKib();
  if (!before) return base::fail(before.error());
  if (const base::Result<OpenReport> opened = driver.open(true); !opened) return base::fail(opened.error());
  const base::Result<std::uint64_t> after = driver.target().residentKib();
  if (!after) return base::fail(after.error());
  // What follows a login at once (timers, freed memory) is not idleness.
  if (base::Status settled = driver.idle(options.warmSeconds); !settled) return base::fail(settled.error());
  const base::Result<double> start = driver.target().cpuSeconds();
  if (base::Status waited = driver.idle(options.seconds); !waited) return base::fail(waited.error());
  const base::Result<double> end = driver.target().cpuSeconds();
  if (!start || !end) return base::fail("the target's clock is gone");
  if (const base::Result<double> closed = driver.close(); !closed) return base::fail(closed.error());
  JsonLine line;
  line.add("sessions", options.sessions).add("seconds", options.seconds);
  line.add("target_cpu_share", (*end - *start) / options.seconds);
  line.add("resident_kib_before", *before).add("resident_kib_after", *after);
  line.add("resident_kib_each", (static_cast<double>(*after) - static_cast<double>(*before)) / options.sessions);
  return line;
}

using Verb = base::Result<JsonLine> (*)(Options&);
const std::map<std::string, Verb> kVerbs{
    {"io", runIo}, {"fill", runFill}, {"check", runCheck}, {"connect", runConnect}, {"idle", runIdle}};

base::Status check(const Options& options, const std::string& verb) {
  if (options.block == 0 || options.block % kScsiBlock != 0 || options.block > kMaxBlock) {
    return base::fail("--block must be a multiple of 512, 8 MiB at most");
  }
  if (options.depth < 1 || options.depth > kMaxDepth) return base::fail("--depth must be 1 to 4095");
  if (options.sessions < 1 || options.readPercent > 100) return base::fail("--sessions or --reads is out of range");
  if (options.lun > 255) return base::fail("--lun must be 0 to 255");
  if (options.bare && (verb == "connect" || verb == "idle")) return base::fail("the bare target knows no login");
  if (options.bare && options.span == 0) return base::fail("--bare needs --span, the size of its memory");
  if (!options.bare && options.target.empty()) return base::fail("--target is missing");
  return {};
}

base::Result<JsonLine> run(int argc, char** argv) {
  Options o;
  std::string server;
  const Arguments arguments =
      Arguments("iscsi_load", "io|fill|check|connect|idle")
          .option("--server", server, "ADDRESS:PORT")
          .option("--target", o.target, "its iSCSI name")
          .option("--lun", o.lun, "number of the LUN")
          .option("--initiator", o.initiator, "our iSCSI name")
          .flag("--bare", o.bare, "the server is bare_target")
          .option("--sessions", o.sessions, "sessions, a connection each")
          .option("--depth", o.depth, "commands open in each session")
          .option("--block", o.block, "bytes of a command")
          .option("--span", o.span, "bytes of the LUN to use; 0: all")
          .option("--reads", o.readPercent, "per cent of commands that read")
          .flag("--sequential", o.sequential, "one block after the other; else random")
          .option("--seed", o.seed, "of the random places")
          .flag("--verify", o.verify, "compare all data that is read; else the begin of each piece")
          .flag("--unchecked", o.unchecked, "the LUN was never filled: compare nothing")
          .option("--warm", o.warmSeconds, "seconds before measuring")
          .option("--seconds", o.seconds, "measured time")
          .flag("--header-digest", o.headerDigest, "demand CRC32C")
          .flag("--data-digest", o.dataDigest, "demand CRC32C")
          .option("--max-recv", o.maxRecv, "MaxRecvDataSegmentLength to declare")
          .option("--first-burst", o.firstBurst, "FirstBurstLength to offer")
          .option("--max-burst", o.maxBurst, "MaxBurstLength to offer")
          .flag("--initial-r2t", o.initialR2t, "offer InitialR2T=Yes")
          .option("--parallel", o.parallel, "logins under way at a time; 0: all")
          .option("--pid", o.pid, "of the target, to see what it costs");
  const base::Result<std::vector<std::string>> words = arguments.parse(argc, argv);
  if (!words) return base::fail(words.error());
  const auto verb = kVerbs.find(words->front());
  if (verb == kVerbs.end()) return base::fail("no verb: " + words->front());
  if (base::Status usable = check(o, words->front()); !usable) return base::fail(usable.error());
  const base::Result<net::Address> address = net::Address::parse(server);
  if (!address) return base::fail(address.error());
  o.server = *address;
  raiseDescriptorLimit();
  return verb->second(o);
}

}  // namespace
}  // namespace bench::iscsi

int main(int argc, char** argv) {
  base::Result<bench::JsonLine> line = bench::iscsi::run(argc, argv);
  if (!line) return std::fprintf(stderr, "iscsi_load: %s\n", line.error().text.c_str()), 1;
  line->print();
  return 0;
}
