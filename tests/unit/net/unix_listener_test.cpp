// A listening socket with a path.
#include "shared/net/unix_listener.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <fstream>

#include "tests/support/scratch_folder.h"

namespace net {
namespace {

class UnixListenerTest : public ::testing::Test, protected UnixListenerOwner {
 protected:
  void onUnixAccepted(UnixListener&, UniqueFd fd) override {
    accepted.push_back(std::move(fd));
    if (closesAfterOne) listener.close();
  }
  UnixListenerOwner& self() { return *this; }

  [[nodiscard]] UniqueFd connect() const {
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    path.copy(to.sun_path, sizeof to.sun_path - 1);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fd.reset();
    return fd;
  }

  support::ScratchFolder folder;
  std::string path = folder.file("socket");
  Loop loop;
  UnixListener listener{loop, self()};
  std::vector<UniqueFd> accepted;
  bool closesAfterOne = false;
};

TEST_F(UnixListenerTest, ConnectionsAreHandedOutAndTheKernelSaysWhoTheyAre) {
  ASSERT_TRUE(listener.listen(path, 0600));
  const UniqueFd client = connect();
  ASSERT_TRUE(client);
  loop.runTurn(std::chrono::seconds(5));
  ASSERT_EQ(accepted.size(), 1U);
  const auto peer = unixPeerOf(accepted[0].get());
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->pid, ::getpid());
  EXPECT_EQ(peer->uid, ::getuid());
}

TEST_F(UnixListenerTest, TheFileHasTheModeAndGoesWithTheListener) {
  ASSERT_TRUE(listener.listen(path, 0600));
  struct stat file {};
  ASSERT_EQ(::stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 07777U, 0600U);
  listener.close();
  EXPECT_NE(::stat(path.c_str(), &file), 0);
}

TEST_F(UnixListenerTest, WhatIsLeftOverIsReplacedAndWhatIsServedIsNot) {
  ASSERT_TRUE(listener.listen(path, 0600));
  UnixListener second(loop, self());
  const auto refused = second.listen(path, 0600);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text.find("another process"), std::string::npos);
  ASSERT_EQ(::rename(path.c_str(), (path + ".kept").c_str()), 0);
  listener.close();
  ASSERT_EQ(::rename((path + ".kept").c_str(), path.c_str()), 0);
  EXPECT_TRUE(second.listen(path, 0600));
}

TEST_F(UnixListenerTest, AFileThatIsNoSocketIsLeftAlone) {
  std::ofstream(path) << "mine";
  const auto refused = listener.listen(path, 0600);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text.find("no socket"), std::string::npos) << refused.error().text;
  listener.close();
  std::string text;
  std::ifstream(path) >> text;
  EXPECT_EQ(text, "mine");
}

TEST_F(UnixListenerTest, APathThatIsTooLongIsAnError) {
  EXPECT_FALSE(listener.listen(folder.file(std::string(200, 'x')), 0600));
}

TEST_F(UnixListenerTest, ServesOnWhereTheGroupIsNotThere) {
  ASSERT_TRUE(listener.listen(path, 0660));
  const auto refused = listener.giveTo("no-such-group-here");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text.find("no-such-group-here"), std::string::npos);
  const UniqueFd client = connect();
  loop.runTurn(std::chrono::seconds(5));
  EXPECT_EQ(accepted.size(), 1U);
}

TEST_F(UnixListenerTest, TheOwnerMayCloseItInsideOfTheCall) {
  closesAfterOne = true;
  ASSERT_TRUE(listener.listen(path, 0600));
  const UniqueFd first = connect();
  const UniqueFd second = connect();
  loop.runTurn(std::chrono::seconds(5));
  EXPECT_EQ(accepted.size(), 1U);
}

}  // namespace
}  // namespace net
