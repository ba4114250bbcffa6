// Listeners, over the local socket: where a stream begins, what it tells, and when it ends.
#include "isns-server/api/event_streams.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <future>
#include <thread>

#include "isns-server/api/http_server.h"
#include "tests/support/san_builder.h"
#include "tests/support/scratch_folder.h"

namespace {

using san::Kind;

struct EventStreamsTest : testing::Test, api::ExchangeHandler {
  support::ScratchFolder folder;
  std::unique_ptr<api::EventLoop> loop = std::move(api::EventLoop::make()).value();
  api::Timeline timeline{7000};
  bool loginStands = true;
  api::EventStreams streams{[this](const people::Principal&, base::Now) { return loginStands; }};
  std::unique_ptr<api::HttpServer> server;
  std::thread thread;
  std::vector<int> clients;

  void SetUp() override {
    test::SanBuilder san;
    san.host("web1", "iqn.2026-01.example:web1");
    timeline.push(san.done());
    auto started = api::HttpServer::startLocal(*loop, folder.file("api.sock"), {}, *this);
    ASSERT_TRUE(started.ok()) << started.error().text;
    server = std::move(started).value();
    thread = std::thread([this] { loop->run([] { return base::kNever; }); });
  }
  void TearDown() override {
    for (const int client : clients) ::close(client);
    loop->stop();
    thread.join();
    server.reset();
  }
  void onExchange(std::shared_ptr<api::Exchange> exchange) override {
    const auto since = mgmt::EventPlace::parse(exchange->request().parameter("since"));
    EXPECT_EQ(streams.add({std::move(exchange), {}, {}}, since, timeline), "");
  }
  // On the loop's thread, and has happened when this returns.
  void onLoop(const std::function<void()>& work) {
    std::promise<void> done;
    ASSERT_TRUE(loop->post([&] {
      work();
      done.set_value();
    }));
    done.get_future().wait();
  }
  std::string place() {
    std::string text;
    onLoop([&] { text = mgmt::EventPlace{timeline.now().revision, timeline.now().state}.text(); });
    return text;
  }
  // A site more; as sessions do, in the same revision, or in the next one.
  void change(const char* site, std::uint64_t revisions) {
    onLoop([&] {
      const san::Snapshot& before = timeline.now();
      san::SnapshotEditor editor(before, before.revision + revisions, before.time);
      const auto made = editor.create(Kind::Site);
      ASSERT_TRUE(made.ok());
      ASSERT_TRUE(editor.set(*made, *san::findField(Kind::Site, "name"), std::string(site)).ok());
      timeline.push(std::move(editor.finish()).value());
      streams.onSnapshot(timeline.now(), {});
    });
  }
  int listen(const std::string& query) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string at = folder.file("api.sock");
    at.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const std::string text = "GET /events" + query + " HTTP/1.0\r\n\r\n";  // so that nothing stands between events
    EXPECT_EQ(::write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    clients.push_back(fd);
    (void)next(fd, "\r\n\r\n");
    return fd;
  }
  // What comes up to a mark, or the end.
  static std::string next(int fd, std::string_view mark = "\n\n") {
    std::string all;
    for (char one = 0; !all.ends_with(mark) && ::read(fd, &one, 1) == 1;) all += one;
    return all;
  }
  std::string first(const std::string& since) { return next(listen("?since=" + since)); }
};

std::string dataOf(const std::string& event) { return event.substr(std::min(event.size(), event.find("data: "))); }

TEST_F(EventStreamsTest, OneGoesOnWithinARevision) {
  const std::string before = place();
  change("Zurich", 0);
  const std::string event = first(before);
  EXPECT_TRUE(event.starts_with("id: " + place() + "\nevent: change\n")) << event;
  EXPECT_NE(event.find("Zurich"), std::string::npos) << event;
  EXPECT_NE(event.find(R"("from_state": 7000)"), std::string::npos) << event;
  EXPECT_NE(event.find(R"("state": 7001)"), std::string::npos) << event;
  EXPECT_EQ(first(place()), ": listening\nid: " + place() + "\n\n");
  change("Basel", 1);
  const std::string both = first(before);
  EXPECT_TRUE(both.find("Zurich") != std::string::npos && both.find("Basel") != std::string::npos) << both;
}

TEST_F(EventStreamsTest, WhoNamesARevisionAloneIsServedAsEver) {
  const std::string revision = std::to_string(timeline.now().revision);
  change("Zurich", 0);
  EXPECT_TRUE(first(revision).starts_with(": listening\n"));
  change("Basel", 1);
  const std::string event = first(revision);
  EXPECT_NE(event.find("Basel"), std::string::npos) << event;
  EXPECT_EQ(event.find("Zurich"), std::string::npos) << event;
}

TEST_F(EventStreamsTest, AStateThatIsUnknownIsAGap) {
  const san::Revision revision = timeline.now().revision;
  const std::string gap = "data: {\"revision\": " + std::to_string(revision) + ", \"state\": 7000}\n\n";
  EXPECT_EQ(dataOf(first(std::to_string(revision) + ".6999")), gap) << "of an earlier start";
  EXPECT_EQ(dataOf(first(std::to_string(revision) + ".7001")), gap);
  EXPECT_EQ(dataOf(first(std::to_string(revision - 1) + ".7000")), gap) << "it was another revision's";
  EXPECT_EQ(dataOf(first(std::to_string(revision + 1))), gap);
  change("Zurich", 0);
  onLoop([&] {
    for (std::size_t i = 0; i <= api::Timeline::kPassed; ++i) timeline.push(timeline.now());
  });
  EXPECT_NE(first(std::to_string(revision) + ".7000").find("event: gap\n"), std::string::npos) << "too long ago";
}

TEST_F(EventStreamsTest, TheFirstChangeAfterAStartIsToldToWhoWasThere) {
  const int fd = listen("");
  EXPECT_TRUE(next(fd).starts_with(": listening\n"));
  change("Zurich", 1);
  EXPECT_NE(next(fd).find("Zurich"), std::string::npos);
}

TEST_F(EventStreamsTest, OneEndsWithItsLogin) {
  const int fd = listen("");
  EXPECT_TRUE(next(fd).starts_with(": listening\n"));
  onLoop([&] {
    loginStands = false;
    streams.onTick({});
    EXPECT_EQ(streams.size(), 0U);
  });
  EXPECT_EQ(next(fd), "");
}

}  // namespace
