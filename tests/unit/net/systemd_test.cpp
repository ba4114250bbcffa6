#include "shared/net/systemd.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace net {
namespace {

// Sets variables and takes them away again.
class Environment {
 public:
  Environment() = default;
  ~Environment() { clear(); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

 private:
  static void clear() {
    for (const char* name :
         {"NOTIFY_SOCKET", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
      ::unsetenv(name);
    }
  }
};

// What systemd has at the other end of $NOTIFY_SOCKET.
class Manager {
 public:
  explicit Manager(const std::string& name) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
  }
  std::string receive() {
    std::string text(1000, '\0');
    const ssize_t got = ::recv(fd_.get(), text.data(), text.size(), 0);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }

 private:
  UniqueFd fd_;
};

std::string abstractName() { return "@sanctum-test-" + std::to_string(::getpid()); }

TEST(SystemdNotifier, speaksToAnAbstractSocket) {
  Manager manager(abstractName());
  const SystemdNotifier notifier(abstractName());
  EXPECT_TRUE(notifier.ready().ok());
  EXPECT_EQ(manager.receive(), "READY=1");
  EXPECT_TRUE(notifier.reloading(base::TimePoint{std::chrono::nanoseconds(1'234'567'890)}).ok());
  EXPECT_EQ(manager.receive(), "RELOADING=1\nMONOTONIC_USEC=1234567");
  EXPECT_TRUE(notifier.watchdog().ok());
  EXPECT_EQ(manager.receive(), "WATCHDOG=1");
  EXPECT_TRUE(notifier.stopping().ok());
  EXPECT_EQ(manager.receive(), "STOPPING=1");
}

TEST(SystemdNotifier, findsASocketInTheFileSystemFromTheEnvironment) {
  std::string folder = testing::TempDir() + "sanctum-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/notify";
  {
    Environment environment;
    environment.set("NOTIFY_SOCKET", path);
    Manager manager(path);
    EXPECT_TRUE(SystemdNotifier::fromEnvironment().ready().ok());
    EXPECT_EQ(manager.receive(), "READY=1");
  }
  ::unlink(path.c_str());
  ::rmdir(folder.c_str());
}

TEST(SystemdNotifier, withoutSystemdDoesNothing) {
  const Environment environment;
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_TRUE(SystemdNotifier::fromEnvironment().ready().ok());
}

TEST(SystemdNotifier, saysWhyItCannotNotify) {
  const auto absent = SystemdNotifier("@sanctum-nobody-there").ready();
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().text, "cannot notify systemd at @sanctum-nobody-there: Connection refused");
  EXPECT_FALSE(SystemdNotifier("relative/path").ready().ok());
  EXPECT_FALSE(SystemdNotifier("/" + std::string(200, 'x')).ready().ok());
}

TEST(Watchdog, intervalIsForThisProcessOnly) {
  Environment environment;
  EXPECT_EQ(watchdogInterval(), std::nullopt);
  environment.set("WATCHDOG_USEC", "30000000");
  EXPECT_EQ(watchdogInterval(), base::Duration(std::chrono::seconds(30)));
  environment.set("WATCHDOG_PID", std::to_string(::getpid()));
  EXPECT_EQ(watchdogInterval(), base::Duration(std::chrono::seconds(30)));
  environment.set("WATCHDOG_PID", std::to_string(::getpid() + 1));
  EXPECT_EQ(watchdogInterval(), std::nullopt);
  ::unsetenv("WATCHDOG_PID");
  for (const char* wrong : {"0", "-5", "soon", ""}) {
    environment.set("WATCHDOG_USEC", wrong);
    EXPECT_EQ(watchdogInterval(), std::nullopt) << wrong;
  }
}

// Puts sockets at descriptors 500 and 501, as systemd puts them at 3 and 4.
struct PassedSockets : testing::Test {
  static constexpr int kFirst = 500;
  Environment environment;

  void pass(int count) {
    for (int i = 0; i < count; ++i) {
      const UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
      ASSERT_EQ(::dup2(fd.get(), kFirst + i), kFirst + i);
    }
    environment.set("LISTEN_PID", std::to_string(::getpid()));
    environment.set("LISTEN_FDS", std::to_string(count));
  }
};

TEST_F(PassedSockets, comeWithTheirNames) {
  pass(2);
  environment.set("LISTEN_FDNAMES", "isns-tcp:isns-udp");
  const auto sockets = takePassedSockets(kFirst);
  ASSERT_TRUE(sockets.ok()) << sockets.error().text;
  ASSERT_EQ(sockets->size(), 2U);
  EXPECT_EQ((*sockets)[0].fd.get(), kFirst);
  EXPECT_EQ((*sockets)[0].name, "isns-tcp");
  EXPECT_EQ((*sockets)[1].fd.get(), kFirst + 1);
  EXPECT_EQ((*sockets)[1].name, "isns-udp");
  EXPECT_NE(::fcntl(kFirst, F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(PassedSockets, areTakenOutOfTheEnvironment) {
  pass(1);
  ASSERT_TRUE(takePassedSockets(kFirst).ok());
  EXPECT_EQ(std::getenv("LISTEN_PID"), nullptr);
  EXPECT_EQ(std::getenv("LISTEN_FDS"), nullptr);
  const auto again = takePassedSockets(kFirst);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->empty());
}

TEST_F(PassedSockets, withoutNamesAreUnknown) {
  pass(1);
  const auto sockets = takePassedSockets(kFirst);
  ASSERT_TRUE(sockets.ok());
  EXPECT_EQ(sockets->at(0).name, "unknown");
}

TEST_F(PassedSockets, ofAnotherProcessAreNotOurs) {
  environment.set("LISTEN_PID", std::to_string(::getpid() + 1));
  environment.set("LISTEN_FDS", "1");
  const auto sockets = takePassedSockets(kFirst);
  ASSERT_TRUE(sockets.ok());
  EXPECT_TRUE(sockets->empty());
  EXPECT_NE(std::getenv("LISTEN_FDS"), nullptr);
}

TEST_F(PassedSockets, countThatIsNoneIsAnError) {
  for (const char* wrong : {"two", "", "-1", "1000000"}) {
    environment.set("LISTEN_PID", std::to_string(::getpid()));
    environment.set("LISTEN_FDS", wrong);
    const auto sockets = takePassedSockets(kFirst);
    ASSERT_FALSE(sockets.ok()) << wrong;
    EXPECT_EQ(sockets.error().text, "LISTEN_FDS is '" + std::string(wrong) + "', not a count");
  }
}

TEST_F(PassedSockets, asManyNamesAsSocketsAreNeeded) {
  pass(2);
  environment.set("LISTEN_FDNAMES", "only-one");
  const auto sockets = takePassedSockets(kFirst);
  ASSERT_FALSE(sockets.ok());
  EXPECT_EQ(sockets.error().text, "LISTEN_FDNAMES has 1 names for LISTEN_FDS=2");
  ::close(kFirst);
  ::close(kFirst + 1);
}

TEST_F(PassedSockets, promisedButNotThereIsAnError) {
  environment.set("LISTEN_PID", std::to_string(::getpid()));
  environment.set("LISTEN_FDS", "1");
  const auto sockets = takePassedSockets(kFirst);
  ASSERT_FALSE(sockets.ok());
  EXPECT_EQ(sockets.error().text, "socket 500 of LISTEN_FDS: Bad file descriptor");
}

}  // namespace
}  // namespace net
