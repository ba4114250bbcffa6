// The real client of the management API, against a server of a few lines on a local socket.
#include "isns-server/ctl/curl_client.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include "tests/support/scratch_folder.h"

namespace {

constexpr int kPatience = 20'000;  // milliseconds, far beyond what anything here takes

// Accepts one request, answers it with `text`, and says nothing more until the client has closed.
class MuteServer {
 public:
  MuteServer(const std::string& path, std::string text) : listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::listen(listener_, 1);
    thread_ = std::thread([this, text = std::move(text)] {
      if (!readable(listener_)) return;
      const int fd = ::accept(listener_, nullptr, nullptr);
      char request[4096];
      if (readable(fd) && ::recv(fd, request, sizeof request, 0) > 0)
        ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
      clientClosed = readable(fd) && ::recv(fd, request, sizeof request, 0) == 0;
      ::close(fd);
    });
  }
  ~MuteServer() {
    end();
    ::close(listener_);
  }
  void end() {
    if (thread_.joinable()) thread_.join();
  }
  bool clientClosed = false;

 private:
  static bool readable(int fd) {
    pollfd poll{fd, POLLIN, 0};
    return ::poll(&poll, 1, kPatience) == 1;
  }
  int listener_;
  std::thread thread_;
};

TEST(CurlClient, GivesAStreamUpThatHasFallenSilent) {
  const support::ScratchFolder folder;
  const std::string path = folder.file("socket");
  MuteServer server(path, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: listening\n\n");
  ctl::ApiSettings settings;
  settings.socket = path;
  settings.timeout = std::chrono::seconds(20);
  settings.silence = std::chrono::seconds(1);
  std::string came;
  {
    const auto client = ctl::curlClient(settings);
    ctl::ApiRequest request;
    request.method = "GET";
    request.target = "/api/v1/events";
    const auto answer = client->follow(request, [&](std::string_view piece) { return came += piece, true; });
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().exit, ctl::Exit::Timeout);
    EXPECT_EQ(answer.error().why, "the stream has fallen silent");
  }
  server.end();
  EXPECT_TRUE(server.clientClosed);
  EXPECT_EQ(came, ": listening\n\n");
}

TEST(CurlClient, TellsTheRevisionThatAnAnswerIsOf) {
  const std::pair<const char*, std::optional<std::uint64_t>> heads[] = {
      {"x-sanctum-revision: 17\r\n", 17}, {"", std::nullopt}, {"X-Sanctum-Revision: soon\r\n", std::nullopt}};
  for (const auto& [head, revision] : heads) {
    const support::ScratchFolder folder;
    const std::string path = folder.file("socket");
    MuteServer server(path, "HTTP/1.1 200 OK\r\n" + std::string(head) + "Content-Length: 2\r\n\r\n{}");
    ctl::ApiSettings settings;
    settings.socket = path;
    settings.timeout = std::chrono::seconds(20);
    const auto client = ctl::curlClient(settings);
    ctl::ApiRequest request;
    request.method = "GET";
    request.target = "/api/v1/nodes";
    const auto answer = client->ask(request);
    ASSERT_TRUE(answer) << answer.error().why;
    EXPECT_EQ(answer->revision, revision) << head;
  }
}

}  // namespace
