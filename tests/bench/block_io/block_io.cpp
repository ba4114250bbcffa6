// What a block device of agent/block takes a request, and how many it does a second: one loop, random places, a fixed
// number of requests open. Compare engines, and reads inside submit() with reads by the engine, on the same store.
//
// The store must hold data where reads are to be measured: --fill writes it once. --cold drops the file from the page
// cache before it is measured. CPU time is that of the process and of the threads that the kernel runs for it.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "agent/block/engine_choice.h"
#include "agent/block/open_device.h"
#include "tests/bench/common/arguments.h"
#include "tests/bench/common/json_line.h"
#include "tests/bench/common/posix.h"

namespace {

struct Settings {
  std::string store = "memory:64M";
  std::string engine = "auto";
  std::string operation = "read";
  std::size_t size = 4096;
  unsigned depth = 16;
  unsigned threads = 8;
  unsigned lanes = 8;
  std::size_t inlineMax = 0;
  double seconds = 2;
  bool fill = false;
  bool cold = false;
};

[[noreturn]] void die(const std::string& text) {
  std::fprintf(stderr, "block_io: %s\n", text.c_str());
  std::exit(1);
}

class Bench;

// One of the open requests; a new place each time.
class Slot final : public scsi::BlockRequest {
 public:
  Slot(Bench& bench, std::size_t size)
      : bench_(bench),
        memory_(static_cast<std::uint8_t*>(std::aligned_alloc(4096, (size + 4095) / 4096 * 4096)), &std::free) {
    std::fill_n(memory_.get(), size, std::uint8_t{0x5A});
    span_ = {memory_.get(), size};
    memory = {&span_, 1};
  }
  void done(scsi::IoResult result) override;
  bool ready = true;

 private:
  Bench& bench_;
  std::unique_ptr<std::uint8_t, decltype(&std::free)> memory_;
  std::span<std::uint8_t> span_;
};

class Bench {
 public:
  Bench(const Settings& settings, net::Loop& loop, block::Device& device) : loop_(loop), device_(device) {
    for (unsigned i = 0; i < settings.depth; ++i) slots_.push_back(std::make_unique<Slot>(*this, settings.size));
    blocks_ = settings.size / device.geometry().blockSize;
    places_ = device.geometry().blocks / blocks_;
  }

  // Requests for so many seconds; how many ended.
  std::uint64_t run(double seconds, bool write) {
    const std::uint64_t end = bench::nowNs() + static_cast<std::uint64_t>(seconds * 1e9);
    ended_ = 0;
    while (bench::nowNs() < end) {
      submitReady(write, [&] { return random_() % places_; });
      loop_.runTurn(open_ == slots_.size() ? base::Duration::max() : base::Duration::zero());
    }
    const std::uint64_t count = ended_;
    drain();
    return count;
  }
  // Writes everything once, in order.
  void fill() {
    std::uint64_t next = 0;
    while (next < places_) {
      submitReady(true, [&] { return std::min(next++, places_ - 1); });
      loop_.runTurn(open_ == slots_.size() ? base::Duration::max() : base::Duration::zero());
    }
    drain();
  }

  void ended(scsi::IoResult result) {
    if (result != scsi::IoResult::Ok) die("a request failed: " + std::to_string(static_cast<int>(result)));
    --open_;
    ++ended_;
  }

 private:
  template <class Place>
  void submitReady(bool write, Place place) {
    for (const auto& slot : slots_) {
      if (!slot->ready) continue;
      slot->ready = false;
      slot->kind = write ? scsi::IoKind::Write : scsi::IoKind::Read;
      slot->lba = place() * blocks_;
      slot->blocks = blocks_;
      ++open_;
      device_.submit(*slot);
    }
  }
  void drain() {
    while (open_ > 0) loop_.runTurn(base::Duration::max());
  }

  net::Loop& loop_;
  block::Device& device_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::mt19937_64 random_{1};
  std::uint64_t blocks_ = 0;
  std::uint64_t places_ = 0;
  std::uint64_t ended_ = 0;
  std::size_t open_ = 0;
};

void Slot::done(scsi::IoResult result) {
  ready = true;
  bench_.ended(result);
}

void dropFromCache(const block::StoreSpec& spec) {
  const net::UniqueFd file(::open(spec.file.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file || ::fdatasync(file.get()) != 0 || ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED) != 0) {
    die("cannot drop " + spec.file.path + " from the page cache");
  }
}

template <class T>
T orDie(base::Result<T> result) {
  if (!result) die(result.error().text);
  return std::move(result).value();
}

block::EngineChoice choiceOf(const std::string& word) {
  if (word == "auto") return block::EngineChoice::Auto;
  if (word == "uring") return block::EngineChoice::Uring;
  if (word == "pool") return block::EngineChoice::Pool;
  die("--engine is auto, uring or pool");
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  bench::Arguments arguments("block_io", "");
  arguments.option("--store", settings.store, "as a configuration names it")
      .option("--engine", settings.engine, "auto, uring or pool")
      .option("--operation", settings.operation, "read or write")
      .option("--size", settings.size, "bytes of a request")
      .option("--depth", settings.depth, "requests open at a time")
      .option("--threads", settings.threads, "of a pool")
      .option("--lanes", settings.lanes, "for buffered writes; 0: they go the way of all")
      .option("--inline", settings.inlineMax, "requests of up to so many bytes are tried inside submit()")
      .option("--seconds", settings.seconds, "how long")
      .flag("--fill", settings.fill, "write the whole store first")
      .flag("--cold", settings.cold, "drop the file from the page cache first");
  orDie(arguments.parse(argc, argv));
  const bool write = settings.operation == "write";
  if (!write && settings.operation != "read") die("--operation is read or write");

  const block::StoreSpec spec = orDie(block::parseStoreSpec(settings.store));
  net::Loop loop;
  block::EngineOptions engineOptions;
  engineOptions.choice = choiceOf(settings.engine);
  engineOptions.threads = settings.threads;
  engineOptions.lanes = settings.lanes;
  const auto engine = orDie(block::makeEngine(loop, engineOptions));
  block::FileOptions options;
  options.inlineMax = settings.inlineMax;
  const auto device = orDie(block::openDevice(spec, *engine, options));
  if (settings.size == 0 || settings.size % device->geometry().blockSize != 0) die("--size is no multiple of a block");

  Bench bench(settings, loop, *device);
  if (settings.fill) bench.fill();
  if (settings.cold) dropFromCache(spec);
  const double cpuBefore = bench::cpuSeconds();
  const std::uint64_t from = bench::nowNs();
  const std::uint64_t count = bench.run(settings.seconds, write);
  const double elapsed = static_cast<double>(bench::nowNs() - from) * 1e-9;
  const double cpu = bench::cpuSeconds() - cpuBefore;
  bench::JsonLine line;
  line.add("store", settings.store).add("engine", engine->description()).add("operation", settings.operation);
  line.add("size", settings.size).add("depth", settings.depth).add("inline", settings.inlineMax);
  line.add("per_second", static_cast<double>(count) / elapsed);
  line.add("cpu_us", count == 0 ? 0.0 : cpu * 1e6 / static_cast<double>(count));
  line.print();
  return 0;
}
