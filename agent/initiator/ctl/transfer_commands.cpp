// `sanctl iscsi read`, `write`, `copy` and `compare`.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <numeric>

#include "agent/initiator/ctl/client.h"
#include "agent/initiator/ctl/handlers.h"
#include "agent/initiator/ctl/progress.h"
#include "agent/initiator/ctl/sizes.h"
#include "agent/initiator/ctl/transfer.h"
#include "shared/ctl/option_values.h"
#include "shared/net/os_error.h"
#include "shared/net/unique_fd.h"

namespace initiator_ctl {
namespace {

using ctl::Asked;
using ctl::Exit;
using ctl::Failure;
using ctl::Invocation;
using base::Json;
using ctl::Outcome;

constexpr std::uint64_t kDefaultChunk = 1U << 20;  // bytes
constexpr std::uint64_t kMostChunk = 16U << 20;
constexpr std::uint64_t kDefaultDepth = 8;
constexpr std::uint64_t kMostDepth = 256;

// A logical unit with its session, for the time of a command.
class OpenUnit {
 public:
  OpenUnit(net::Loop& loop, Destination to, std::ostream* trace)
      : lun_(*to.url.lun), name_(to.url.text()), client_(loop, std::move(to), trace), unit_(client_.session(), lun_) {}

  Outcome open() {
    if (const auto connected = client_.connect(); !connected) return connected;
    const auto capacity = client_.capacity(unit_);
    if (!capacity) return base::fail(capacity.error());
    capacity_ = *capacity;
    return {};
  }
  void close() { client_.close(); }

  [[nodiscard]] TransferEnd end(std::uint64_t offset) { return {&unit_, -1, capacity_.blockSize, offset, name_}; }
  [[nodiscard]] const initiator::Capacity& capacity() const { return capacity_; }
  [[nodiscard]] Client& client() { return client_; }
  [[nodiscard]] initiator::LogicalUnit& unit() { return unit_; }

 private:
  std::uint32_t lun_;
  std::string name_;
  Client client_;
  initiator::LogicalUnit unit_;
  initiator::Capacity capacity_;
};

Asked<std::unique_ptr<OpenUnit>> openUnit(net::Loop& loop, std::string_view url, const Invocation& invocation,
                                          ctl::Context& context) {
  auto to = readDestination(url, Wanted::Unit, invocation, context);
  if (!to) return base::fail(to.error());
  auto unit = std::make_unique<OpenUnit>(loop, std::move(*to), invocation.has("--verbose") ? &context.err : nullptr);
  if (const auto opened = unit->open(); !opened) return base::fail(opened.error());
  return unit;
}

// A file or, as "-" or nothing, the standard input or output.
struct OpenFile {
  net::UniqueFd owned;
  int fd = -1;
  std::string name;
  std::optional<std::uint64_t> size;  // of a regular file
};

Asked<OpenFile> openFile(std::optional<std::string_view> path, bool forWriting) {
  OpenFile file;
  if (!path || *path == "-") {
    file.fd = forWriting ? STDOUT_FILENO : STDIN_FILENO;
    file.name = forWriting ? "the standard output" : "the standard input";
  } else {
    file.name = *path;
    const int flags = forWriting ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY;
    file.owned = net::UniqueFd(::open(file.name.c_str(), flags | O_CLOEXEC, 0600));
    if (!file.owned) return base::fail(Failure{Exit::Local, "cannot open " + file.name, net::osErrorText(errno), ""});
    file.fd = file.owned.get();
  }
  struct stat facts {};
  if (::fstat(file.fd, &facts) == 0 && S_ISREG(facts.st_mode)) {
    const off_t at = ::lseek(file.fd, 0, SEEK_CUR);
    file.size = static_cast<std::uint64_t>(std::max<off_t>(facts.st_size - std::max<off_t>(at, 0), 0));
  }
  return file;
}

struct Numbers {
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length;
  std::uint64_t chunk = kDefaultChunk;
  std::uint64_t depth = kDefaultDepth;
};

Asked<Numbers> readNumbers(const Invocation& invocation) {
  Numbers numbers;
  const auto offset = sizeOption(invocation, "--offset");
  if (!offset) return base::fail(offset.error());
  const auto length = sizeOption(invocation, "--length");
  if (!length) return base::fail(length.error());
  const auto chunk = sizeOption(invocation, "--chunk");
  if (!chunk) return base::fail(chunk.error());
  const auto depth = ctl::countOption(invocation, "--depth");
  if (!depth) return base::fail(depth.error());
  numbers.offset = offset->value_or(0);
  numbers.length = *length;
  numbers.chunk = std::clamp<std::uint64_t>(chunk->value_or(kDefaultChunk), 512, kMostChunk);
  numbers.depth = std::min(depth->value_or(kDefaultDepth), kMostDepth);
  return numbers;
}

Outcome checkRange(const OpenUnit& unit, std::uint64_t offset, std::optional<std::uint64_t> length) {
  const initiator::Capacity& capacity = unit.capacity();
  if (offset % capacity.blockSize != 0 || length.value_or(0) % capacity.blockSize != 0) {
    return base::fail(ctl::usageFailure("offset and length", "they are no multiples of the block size",
                                        "its blocks have " + std::to_string(capacity.blockSize) + " bytes"));
  }
  if (offset > capacity.bytes() || length.value_or(0) > capacity.bytes() - offset) {
    return base::fail(ctl::usageFailure("offset and length", "they go beyond the end of the unit",
                                        "it has " + std::to_string(capacity.bytes()) + " bytes"));
  }
  return {};
}

Outcome askForYes(const Invocation& invocation, std::string_view what) {
  if (invocation.has("--yes")) return {};
  return base::fail(ctl::usageFailure("nothing was done", std::string(what) + " is overwritten by this",
                                      "add --yes if that is meant"));
}

std::uint32_t wholeChunk(std::uint64_t chunk, std::uint64_t blocks) {
  return static_cast<std::uint32_t>(std::max(chunk / blocks, std::uint64_t{1}) * blocks);
}

// Turns the loop until the transfer is over.
Outcome drive(net::Loop& loop, Transfer& transfer, std::optional<std::uint64_t> total, std::ostream& err) {
  Interrupts interrupts(loop);
  Progress progress(err, ::isatty(STDERR_FILENO) == 1, total.value_or(0), base::MonotonicClock::now());
  transfer.start();
  bool stopped = false;
  while (!transfer.over()) {
    loop.runTurn(std::chrono::milliseconds(200));
    progress.update(transfer.done(), base::MonotonicClock::now());
    if (interrupts.came() && !stopped) {
      stopped = true;
      transfer.stop();
    }
  }
  progress.clear();
  if (transfer.failure()) return base::fail(*transfer.failure());
  if (stopped) {
    return base::fail(Failure{Exit::Local, "interrupted", std::to_string(transfer.done()) + " bytes were done", ""});
  }
  return {};
}

void tell(std::ostream& err, const Invocation& invocation, std::string_view what, std::uint64_t bytes,
          base::TimePoint start) {
  if (invocation.has("--quiet")) return;
  const double seconds = std::chrono::duration<double>(base::MonotonicClock::now() - start).count();
  err << "sanctl: " << what << ' ' << bytes << " bytes (" << sizeText(static_cast<double>(bytes)) << ") at "
      << sizeText(static_cast<double>(bytes) / std::max(seconds, 1e-9)) << "/s" << std::endl;
}

// What was written is on the medium when the command ends.
Outcome flushCache(OpenUnit& unit) {
  Asking request;
  initiator::setSynchronizeCache(request);
  if (const auto asked = unit.client().ask(unit.unit(), request); !asked) return asked;
  const auto sense = initiator::readSense(request.result.sense());
  const bool unknown = sense && sense->key == scsi::SenseKey::IllegalRequest;  // a unit without a cache may not know it
  if (request.result.good() || unknown) return {};
  return base::fail(commandFailure("cannot flush the cache", request.result));
}

}  // namespace

Outcome readUnit(const Invocation& invocation, ctl::Context& context) {
  const auto numbers = readNumbers(invocation);
  if (!numbers) return base::fail(numbers.error());
  net::Loop loop;
  const auto unit = openUnit(loop, invocation.one("URL").value_or(""), invocation, context);
  if (!unit) return base::fail(unit.error());
  if (const auto good = checkRange(**unit, numbers->offset, numbers->length); !good) return good;
  const auto file = openFile(invocation.one("FILE"), true);
  if (!file) return base::fail(file.error());
  const std::uint64_t length = numbers->length.value_or((*unit)->capacity().bytes() - numbers->offset);
  TransferPlan plan;
  plan.from = (*unit)->end(numbers->offset);
  plan.to = {nullptr, file->fd, 1, 0, file->name};
  plan.length = length;
  plan.chunk = wholeChunk(numbers->chunk, (*unit)->capacity().blockSize);
  plan.depth = static_cast<std::uint32_t>(numbers->depth);
  Transfer transfer(std::move(plan));
  const base::TimePoint start = base::MonotonicClock::now();
  if (const auto driven = drive(loop, transfer, length, context.err); !driven) return driven;
  tell(context.err, invocation, "read", transfer.done(), start);
  (*unit)->close();
  return {};
}

Outcome writeUnit(const Invocation& invocation, ctl::Context& context) {
  const std::string_view url = invocation.one("URL").value_or("");
  const auto numbers = readNumbers(invocation);
  if (!numbers) return base::fail(numbers.error());
  if (const auto yes = askForYes(invocation, "the logical unit"); !yes) return yes;
  const auto file = openFile(invocation.one("FILE"), false);
  if (!file) return base::fail(file.error());
  net::Loop loop;
  const auto unit = openUnit(loop, url, invocation, context);
  if (!unit) return base::fail(unit.error());
  std::optional<std::uint64_t> length = numbers->length;
  if (const auto good = checkRange(**unit, numbers->offset, length); !good) return good;
  const std::uint64_t room = (*unit)->capacity().bytes() - numbers->offset;
  const std::uint64_t comes = std::min(length.value_or(UINT64_MAX), file->size.value_or(length.value_or(0)));
  if (comes > room) {
    return base::fail(ctl::usageFailure(file->name, "it is longer than the unit",
                                        "there is room for " + std::to_string(room) + " bytes"));
  }
  TransferPlan plan;
  plan.from = {nullptr, file->fd, 1, 0, file->name};
  plan.to = (*unit)->end(numbers->offset);
  plan.pad = invocation.has("--pad");
  plan.length = length.value_or(room);
  plan.whole = !length;
  plan.chunk = wholeChunk(numbers->chunk, (*unit)->capacity().blockSize);
  plan.depth = static_cast<std::uint32_t>(numbers->depth);
  Transfer transfer(std::move(plan));
  const base::TimePoint start = base::MonotonicClock::now();
  const std::optional<std::uint64_t> total = file->size ? std::optional(comes) : length;
  if (const auto driven = drive(loop, transfer, total, context.err); !driven) return driven;
  if (const auto flushed = flushCache(**unit); !flushed) return flushed;
  tell(context.err, invocation, "wrote", transfer.done(), start);
  (*unit)->close();
  return {};
}

Outcome copyUnit(const Invocation& invocation, ctl::Context& context) {
  const auto numbers = readNumbers(invocation);
  if (!numbers) return base::fail(numbers.error());
  const auto toOffset = sizeOption(invocation, "--to-offset");
  if (!toOffset) return base::fail(toOffset.error());
  if (const auto yes = askForYes(invocation, "the second logical unit"); !yes) return yes;
  net::Loop loop;
  const auto from = openUnit(loop, invocation.one("FROM").value_or(""), invocation, context);
  if (!from) return base::fail(from.error());
  const auto to = openUnit(loop, invocation.one("TO").value_or(""), invocation, context);
  if (!to) return base::fail(to.error());
  if (const auto good = checkRange(**from, numbers->offset, numbers->length); !good) return good;
  const std::uint64_t length = numbers->length.value_or((*from)->capacity().bytes() - numbers->offset);
  if (const auto good = checkRange(**to, toOffset->value_or(0), length); !good) return good;
  TransferPlan plan;
  plan.from = (*from)->end(numbers->offset);
  plan.to = (*to)->end(toOffset->value_or(0));
  plan.length = length;
  plan.chunk = wholeChunk(numbers->chunk, std::lcm((*from)->capacity().blockSize, (*to)->capacity().blockSize));
  plan.depth = static_cast<std::uint32_t>(numbers->depth);
  Transfer transfer(std::move(plan));
  const base::TimePoint start = base::MonotonicClock::now();
  if (const auto driven = drive(loop, transfer, length, context.err); !driven) return driven;
  if (const auto flushed = flushCache(**to); !flushed) return flushed;
  tell(context.err, invocation, "copied", transfer.done(), start);
  (*from)->close();
  (*to)->close();
  return {};
}

Outcome compareUnit(const Invocation& invocation, ctl::Context& context) {
  const auto numbers = readNumbers(invocation);
  if (!numbers) return base::fail(numbers.error());
  const std::string_view other = invocation.one("OTHER").value_or("");
  const bool isUrl = other.starts_with("iscsi://");
  net::Loop loop;
  const auto from = openUnit(loop, invocation.one("URL").value_or(""), invocation, context);
  if (!from) return base::fail(from.error());
  TransferPlan plan;
  plan.compare = true;
  std::unique_ptr<OpenUnit> to;
  OpenFile file;
  std::uint64_t length = (*from)->capacity().bytes() - std::min(numbers->offset, (*from)->capacity().bytes());
  std::uint64_t blocks = (*from)->capacity().blockSize;
  if (isUrl) {
    auto opened = openUnit(loop, other, invocation, context);
    if (!opened) return base::fail(opened.error());
    to = std::move(*opened);
    length = std::max(length, to->capacity().bytes() - std::min(numbers->offset, to->capacity().bytes()));
    blocks = std::lcm(blocks, std::uint64_t{to->capacity().blockSize});
    plan.to = to->end(numbers->offset);
  } else {
    auto opened = openFile(other, false);
    if (!opened) return base::fail(opened.error());
    file = std::move(*opened);
    if (file.size) length = (*file.size + blocks - 1) / blocks * blocks;
    plan.to = {nullptr, file.fd, 1, 0, file.name};
  }
  length = numbers->length.value_or(length);
  if (const auto good = checkRange(**from, numbers->offset, length); !good) return good;
  if (to != nullptr) {
    if (const auto good = checkRange(*to, numbers->offset, length); !good) return good;
  }
  plan.from = (*from)->end(numbers->offset);
  plan.length = length;
  plan.chunk = wholeChunk(numbers->chunk, blocks);
  plan.depth = static_cast<std::uint32_t>(numbers->depth);
  Transfer transfer(std::move(plan));
  const base::TimePoint start = base::MonotonicClock::now();
  if (const auto driven = drive(loop, transfer, length, context.err); !driven) return driven;
  (*from)->close();
  if (to != nullptr) to->close();
  if (const auto at = transfer.difference()) {
    return base::fail(Failure{Exit::Different, "they differ",
                              "first at byte " + std::to_string(*at) + " of the range, byte " +
                                  std::to_string(*at + numbers->offset) + " of the unit",
                              ""});
  }
  tell(context.err, invocation, "the same:", transfer.done(), start);
  return {};
}

}  // namespace initiator_ctl
