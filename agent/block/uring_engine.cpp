#include "agent/block/uring_engine.h"

#include <liburing.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <string>

#include "shared/net/os_error.h"

namespace block {
namespace {

// What is asked for, best first; the kernel refuses what it does not know. DEFER_TASKRUN is not among them: with it the
// ring's descriptor does not become readable for every completion (seen on Linux 6.18), so it would cost an eventfd,
// and with that a read and an io_uring_enter a wake-up.
struct SetupRow {
  unsigned flags;
  const char* name;
};
constexpr std::array<SetupRow, 4> kSetups = {{
    {IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_R_DISABLED,
     "SINGLE_ISSUER, COOP_TASKRUN"},
    {IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SUBMIT_ALL, "COOP_TASKRUN"},
    {IORING_SETUP_SUBMIT_ALL, "SUBMIT_ALL"},
    {0, "no flags"},
}};
constexpr std::array<int, 6> kNeeded = {IORING_OP_READV, IORING_OP_READ,  IORING_OP_WRITEV,
                                        IORING_OP_WRITE, IORING_OP_FSYNC, IORING_OP_FALLOCATE};
constexpr unsigned kNeededFeatures = IORING_FEAT_NODROP | IORING_FEAT_SUBMIT_STABLE;

// Why a ring cannot be had, for the person who may change that.
base::Failure<base::Error> refused(int error) {
  switch (error) {
    case ENOSYS: return base::fail("the kernel has no io_uring");
    case EPERM:
    case EACCES:
      return base::fail("io_uring is forbidden here, by kernel.io_uring_disabled or a container's seccomp profile");
    case ENOMEM: return base::fail("there is no memory for an io_uring: raise the limit of locked memory (ulimit -l)");
    default: return net::osFailure("io_uring cannot be set up", error);
  }
}

void prepare(io_uring_sqe& sqe, Operation& operation) {
  const bool one = operation.segmentCount == 1;
  const iovec* segments = operation.segments;
  switch (operation.action) {
    case Action::Read:
      if (one) {
        io_uring_prep_read(&sqe, operation.fd, segments->iov_base, static_cast<unsigned>(segments->iov_len),
                           operation.offset);
      } else {
        io_uring_prep_readv(&sqe, operation.fd, segments, operation.segmentCount, operation.offset);
      }
      break;
    case Action::Write:
      if (one) {
        io_uring_prep_write(&sqe, operation.fd, segments->iov_base, static_cast<unsigned>(segments->iov_len),
                            operation.offset);
      } else {
        io_uring_prep_writev(&sqe, operation.fd, segments, operation.segmentCount, operation.offset);
      }
      sqe.rw_flags = operation.durable ? RWF_DSYNC : 0;
      break;
    case Action::Allocate:
      io_uring_prep_fallocate(&sqe, operation.fd, operation.mode, static_cast<off_t>(operation.offset),
                              static_cast<off_t>(operation.length));
      break;
    case Action::Sync: io_uring_prep_fsync(&sqe, operation.fd, IORING_FSYNC_DATASYNC); break;
  }
  io_uring_sqe_set_data(&sqe, &operation);
}

}  // namespace

struct UringEngine::Ring {
  io_uring ring{};
  const SetupRow* setup = nullptr;  // set once there is a ring
  bool enabled = false;

  Ring() = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() {
    if (setup != nullptr) io_uring_queue_exit(&ring);
  }

  base::Status open(unsigned entries) {
    int result = -EINVAL;
    for (const SetupRow& row : kSetups) {
      io_uring_params params{};
      params.flags = row.flags;
      result = io_uring_queue_init_params(entries, &ring, &params);
      if (result == 0) {
        setup = &row;
        if ((params.features & kNeededFeatures) == kNeededFeatures) return {};
        return base::fail("the io_uring of this kernel is too old: it is used from Linux 5.6 on");
      }
      if (result != -EINVAL) break;
    }
    return refused(-result);
  }
  // By the thread that will use it.
  int enable() {
    enabled = true;
    if ((setup->flags & IORING_SETUP_R_DISABLED) != 0) {
      // liburing 2.3 declares io_uring_enable_rings() and does not export it.
      if (::syscall(SYS_io_uring_register, ring.ring_fd, IORING_REGISTER_ENABLE_RINGS, nullptr, 0) < 0) return -errno;
    }
    io_uring_register_ring_fd(&ring);  // spares the kernel a look-up a call; where it cannot, all works without
    return 0;
  }
};

base::Status probeUring() {
  struct Probe {
    io_uring ring{};
    bool made = false;
    ~Probe() {
      if (made) io_uring_queue_exit(&ring);
    }
  } probe;
  io_uring_params params{};
  if (const int result = io_uring_queue_init_params(4, &probe.ring, &params); result < 0) return refused(-result);
  probe.made = true;
  io_uring_probe* known = io_uring_get_probe_ring(&probe.ring);
  if (known == nullptr) return base::fail("the io_uring of this kernel is too old: it is used from Linux 5.6 on");
  bool all = true;
  for (const int opcode : kNeeded) all = all && io_uring_opcode_supported(known, opcode) != 0;
  io_uring_free_probe(known);
  if (!all || (params.features & kNeededFeatures) != kNeededFeatures) {
    return base::fail("the io_uring of this kernel is too old: it is used from Linux 5.6 on");
  }
  // Some sandboxes allow to set a ring up and not to use it.
  io_uring_prep_nop(io_uring_get_sqe(&probe.ring));
  if (const int result = io_uring_submit_and_wait(&probe.ring, 1); result < 0) return refused(-result);
  return {};
}

base::Result<std::unique_ptr<UringEngine>> UringEngine::make(net::Loop& loop, unsigned depth) {
  assert(depth >= 1 && depth <= 4096);
  if (auto usable = probeUring(); !usable) return base::fail(usable.error());
  auto ring = std::make_unique<Ring>();
  if (auto opened = ring->open(depth); !opened) return base::fail(opened.error());
  const int fd = ring->ring.ring_fd;
  std::unique_ptr<UringEngine> engine(new UringEngine(loop, std::move(ring), depth));
  if (auto watched = engine->watchEnds(fd); !watched) return base::fail(watched.error());
  return engine;
}

UringEngine::UringEngine(net::Loop& loop, std::unique_ptr<Ring> ring, unsigned depth)
    : Engine(loop), ring_(std::move(ring)), depth_(depth) {}

UringEngine::~UringEngine() {
  assert(waiting_.empty() && ended_.empty() && inFlight_ == 0 && "devices go before their engine");
  unwatchEnds();
}

std::string UringEngine::description() const { return std::string("io_uring (") + ring_->setup->name + ")"; }

void UringEngine::launch() {
  if (waiting_.empty() && prepared_.empty()) return;
  if (broken_ != 0) return failAll(broken_);
  if (!ring_->enabled) {
    if (const int result = ring_->enable(); result < 0) return failAll(result);
  }
  // The ring has at least `depth_` places, so there is always one here.
  while (inFlight_ < depth_ && !waiting_.empty()) {
    Operation* operation = waiting_.pop();
    prepare(*io_uring_get_sqe(&ring_->ring), *operation);
    prepared_.push(*operation);
    ++inFlight_;
  }
  if (!prepared_.empty()) submitted(io_uring_submit(&ring_->ring));
  reap();
}

// What became of prepared_, by the answer of io_uring_submit().
void UringEngine::submitted(int result) {
  if (result == -EINTR || result == -EAGAIN || result == -EBUSY) return askAgain();
  if (result < 0) return failAll(result);
  while (result-- > 0) prepared_.pop();
  if (!prepared_.empty()) askAgain();
}

// The kernel takes nothing any more: a filter was put on this process, or memory of the ring is damaged. What it has
// may still end; what it has not ends here, and so does all that comes. The ring's places are never handed over again.
void UringEngine::failAll(int error) {
  broken_ = error;
  while (Operation* operation = prepared_.pop()) {
    --inFlight_;
    operation->result = error;
    ended_.push(*operation);
  }
  while (Operation* operation = waiting_.pop()) {
    operation->result = error;
    ended_.push(*operation);
  }
  if (!ended_.empty()) askAgain();
}

void UringEngine::collect(bool wait) {
  if (inFlight_ == 0) return;
  if (wait && broken_ == 0) {
    const bool some = !prepared_.empty();
    const int result = io_uring_submit_and_wait(&ring_->ring, 1);
    if (some || result < 0) submitted(result);
  }
  reap();
  if (wait && broken_ != 0 && ended_.empty()) ::usleep(1000);  // it cannot be waited for by the ring
}

void UringEngine::reap() {
  unsigned head = 0;
  unsigned count = 0;
  io_uring_cqe* cqe = nullptr;
  io_uring_for_each_cqe(&ring_->ring, head, cqe) {
    auto* operation = static_cast<Operation*>(io_uring_cqe_get_data(cqe));
    operation->result = cqe->res;
    ended_.push(*operation);
    ++count;
  }
  io_uring_cq_advance(&ring_->ring, count);
  inFlight_ -= count;
}

}  // namespace block
