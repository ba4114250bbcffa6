#include "tests/bench/scn_listeners/listener_process.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <unordered_map>

#include "shared/isns/message_writer.h"
#include "tests/bench/common/answers.h"
#include "tests/bench/common/posix.h"

namespace bench {
namespace {

constexpr std::uint32_t kScnBits = isns::scn::kObjectUpdated | isns::scn::kObjectAdded | isns::scn::kObjectRemoved;

class ListenerProcess {
 public:
  ListenerProcess(Board& board, const ListenerPart& part, net::UniqueFd control)
      : board_(board), part_(part), control_(std::move(control)), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    raiseDescriptorLimit();
    watch(control_.get(), nullptr);
  }

  void run() {
    std::array<epoll_event, 512> events;
    for (;;) {
      const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        auto* socket = static_cast<Socket*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (socket == nullptr) {
          if (!onControl()) return;
        } else if (socket->listens) {
          acceptOne(*socket);
        } else {
          readFrom(*socket);
        }
      }
    }
  }

 private:
  struct Socket {
    net::UniqueFd fd;
    std::uint32_t listener = 0;
    bool listens = false;
    base::Bytes rest;  // the begin of a PDU whose end is not here yet
  };

  void watch(int fd, Socket* socket) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = socket;
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
  }

  Socket& add(net::UniqueFd fd, std::uint32_t listener, bool listens) {
    auto socket = std::make_unique<Socket>();
    socket->fd = std::move(fd);
    socket->listener = listener;
    socket->listens = listens;
    watch(socket->fd.get(), socket.get());
    Socket& added = *socket;
    sockets_[socket.get()] = std::move(socket);
    return added;
  }

  bool onControl() {
    char command = 0;
    if (read(control_.get(), &command, 1) != 1) return false;
    const base::Status done = command == kListen ? listenAll() : registerAll();
    if (!done) std::fprintf(stderr, "scn_listeners: %s\n", done.error().text.c_str());
    const char answer = done ? command : kFailed;
    return write(control_.get(), &answer, 1) == 1;
  }

  base::Status listenAll() {
    for (std::uint32_t i = part_.first; i < part_.first + part_.count; ++i) {
      net::Address local = board_.address(i);
      base::Result<net::UniqueFd> fd = listenOn(local);
      if (!fd) return base::fail(fd.error());
      board_.setPort(i, local.port());
      add(std::move(*fd), i, true);
    }
    return {};
  }

  base::Status registerAll() {
    base::Bytes request;
    for (std::uint32_t i = part_.first; i < part_.first + part_.count; ++i) {
      base::Result<net::UniqueFd> fd = connectTo(part_.server);
      if (!fd) return base::fail(fd.error());
      request.clear();
      appendScnReg(request, part_.firstHost + i, kScnBits, static_cast<std::uint16_t>(i));
      if (base::Status sent = sendAll(fd->get(), request); !sent) return sent;
      add(std::move(*fd), i, false);
    }
    return {};
  }

  void acceptOne(const Socket& listener) {
    net::UniqueFd fd(accept4(listener.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) return;
    board_.connected();
    // The message is often here already; reading now saves a turn.
    readFrom(add(std::move(fd), listener.listener, false));
  }

  void readFrom(Socket& socket) {
    const ssize_t got = recv(socket.fd.get(), input_.data(), input_.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    bool open = got > 0;
    if (open) {
      socket.rest.insert(socket.rest.end(), input_.begin(), input_.begin() + got);
      base::ByteView bytes = socket.rest;
      while (const auto pdu = open ? firstPdu(bytes) : std::nullopt) {
        open = onPdu(socket, *pdu);
        bytes = bytes.subspan(pdu->size());
      }
      const auto used = static_cast<std::ptrdiff_t>(socket.rest.size() - bytes.size());
      socket.rest.erase(socket.rest.begin(), socket.rest.begin() + used);
    }
    if (!open) sockets_.erase(&socket);
  }

  // False: the connection is to be closed.
  bool onPdu(Socket& socket, base::ByteView pdu) {
    const std::uint64_t now = nowNs();
    const isns::PduHeader header = isns::loadPduHeader(pdu.data());
    if (header.function == isns::responseOf(isns::Function::SCNReg)) {
      if (statusOf(pdu) == 0) board_.registered();
      return true;
    }
    if (header.function != isns::idOf(isns::Function::SCN)) return true;
    answer_.clear();
    appendAnswer(header, pdu);
    board_.arrived(socket.listener, now, pdu, answer_.size());
    return sendAll(socket.fd.get(), answer_).ok() && !board_.closeAfterAnswer();
  }

  // SCNRsp: the status and the destination, which is the first attribute of the notification.
  void appendAnswer(const isns::PduHeader& header, base::ByteView pdu) {
    isns::MessageWriter answer = isns::MessageWriter::response(answer_, header.function, header.transactionId,
                                                               isns::Status::Successful, isns::flag::kClient);
    isns::AttributeReader reader(pdu.subspan(isns::kPduHeaderSize));
    if (isns::Attribute destination; reader.next(destination)) answer.attributes().copy(destination);
    answer.finish();
  }

  Board& board_;
  ListenerPart part_;
  net::UniqueFd control_;
  net::UniqueFd epoll_;
  std::unordered_map<Socket*, std::unique_ptr<Socket>> sockets_;
  std::array<std::uint8_t, 64 * 1024> input_{};
  base::Bytes answer_;
};

}  // namespace

void runListenerProcess(Board& board, const ListenerPart& part, net::UniqueFd control) {
  std::make_unique<ListenerProcess>(board, part, std::move(control))->run();
  _exit(0);
}

}  // namespace bench
