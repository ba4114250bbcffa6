// The agent's hold on a disk process: orders that get lost on their way.
#include "agent/app/disk_process.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <list>
#include <string>
#include <utility>
#include <vector>

#include "shared/net/unique_fd.h"
#include "tests/support/drive_until.h"
#include "tests/support/scratch_folder.h"

namespace {

// The other end of the control socket: answers news, and orders or not.
class FakeProcess {
 public:
  explicit FakeProcess(const std::string& path) : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path, address.sun_path);
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_.get(), 8), 0);
  }
  void turn() {
    for (int fd = 0; (fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      connections_.emplace_back().fd = net::UniqueFd(fd);
    }
    for (auto at = connections_.begin(); at != connections_.end();) {
      at = serve(*at) ? std::next(at) : connections_.erase(at);
    }
  }

  std::vector<std::string> orders;  // as they came
  int stops = 0;                    // orders to end
  int losses = 0;                   // of the connection, as many as there are orders to come

 private:
  struct Connection {
    net::UniqueFd fd;
    std::string text;
  };
  // False: it is closed.
  bool serve(Connection& one) {
    std::array<char, 65536> bytes{};
    const ssize_t got = ::recv(one.fd.get(), bytes.data(), bytes.size(), 0);
    if (got == 0) return false;
    if (got > 0) one.text.append(bytes.data(), static_cast<std::size_t>(got));
    for (std::size_t end = 0; (end = one.text.find('\n')) != std::string::npos; one.text.erase(0, end + 1)) {
      const std::string line = one.text.substr(0, end);
      const bool order = line.find("disk.configure") != std::string::npos;
      if (order) orders.push_back(line);
      const bool stop = line.find("disk.stop") != std::string::npos;
      if (stop) ++stops;
      if (order && losses > 0) {
        --losses;
        return false;
      }
      const std::size_t id = line.find("\"id\": ") + 6;
      const std::string number = line.substr(id, line.find(',', id) - id);
      // News: once; then it is waited for.
      if (!order && !stop && std::exchange(told_, true)) continue;
      const std::string answer =
          R"({"v": 1, "id": )" + number + R"(, "ok": true, "result": {"state": "ready"}})" + "\n";
      EXPECT_EQ(::send(one.fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL), static_cast<ssize_t>(answer.size()));
    }
    return true;
  }

  net::UniqueFd listener_;
  std::list<Connection> connections_;
  bool told_ = false;
};

agent::DiskOrders ordersBy(const std::string& portal) {
  agent::DiskOrders orders;
  orders.key = {"iqn.2024-01.org.example:store", 1, "naa.1"};
  orders.portals = {portal};
  orders.policy = "failover";
  return orders;
}

TEST(DiskProcess, OrdersWhoseConnectionIsLostAreGivenAgain) {
  const support::ScratchFolder folder;
  net::Loop loop;
  FakeProcess fake(folder.file("s"));
  fake.losses = 2;
  int lost = 0, refused = 0;
  agent::DiskProcess process(loop, folder.file("s"),
                             {[] {}, [&](const std::string&) { ++lost; }, [&](const std::string&) { ++refused; }});
  process.begin();
  process.direct(ordersBy("192.0.2.1:3260"));
  const auto turn = [&] {
    fake.turn();
    loop.runTurn(std::chrono::milliseconds(1));
  };
  EXPECT_TRUE(support::driveUntil(turn, [&] { return fake.orders.size() == 3; })) << fake.orders.size();
  process.direct(ordersBy("192.0.2.2:3260"));
  EXPECT_TRUE(support::driveUntil(turn, [&] { return fake.orders.size() == 4; }));
  ASSERT_EQ(fake.orders.size(), 4U);
  EXPECT_NE(fake.orders[2].find("192.0.2.1"), std::string::npos);
  EXPECT_NE(fake.orders[3].find("192.0.2.2"), std::string::npos);
  EXPECT_EQ(lost, 0);
  EXPECT_EQ(refused, 0);
}

TEST(DiskProcess, OneThatIsStoppedBeforeItHasItsSocketIsStoppedWhenItHas) {
  const support::ScratchFolder folder;
  net::Loop loop;
  agent::DiskProcess process(loop, folder.file("s"), {[] {}, [](const std::string&) {}, [](const std::string&) {}});
  process.begin();
  loop.runTurn(std::chrono::milliseconds(1));
  process.stop();
  FakeProcess fake(folder.file("s"));
  const auto turn = [&] {
    fake.turn();
    loop.runTurn(std::chrono::milliseconds(1));
  };
  EXPECT_TRUE(support::driveUntil(turn, [&] { return fake.stops > 0; }));
}

}  // namespace
