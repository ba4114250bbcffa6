// Every scene against the picture of it that is stored: what changed in the look is seen, on purpose or not.
//
// A picture may differ in one pixel of a thousand. After a change that is meant, look at the pictures that the failure
// names and store them: SANCTUM_STORE_SCENES=1 test_gui_scenes.
#include "console-gui/app/scenes.h"

#include <gmock/gmock.h>

#include <QDir>
#include <QPainter>
#include <cstdlib>
#include <filesystem>

#include "console-gui/app/language.h"

using namespace console;

namespace {

constexpr QSize kSize(1280, 800);
constexpr int kSeen = 24;               // a difference of a channel that an eye sees
constexpr double kMostDiffers = 0.001;  // of the pixels

QString stored(const std::string& name) {
  return QStringLiteral(SANCTUM_SOURCE_DIR "/tests/gui/scenes/%1.png").arg(QString::fromStdString(name));
}

// In steps of 16 of a channel: less than an eye sees, and a third of the bytes.
QImage coarse(QImage picture) {
  for (int y = 0; y < picture.height(); ++y) {
    uchar* line = picture.scanLine(y);
    for (int x = 0; x < 3 * picture.width(); ++x) line[x] = static_cast<uchar>((line[x] & 0xf0) | 8);
  }
  return picture;
}

double difference(const QImage& a, const QImage& b) {
  if (a.size() != b.size()) return 1;
  const QImage one = a.convertToFormat(QImage::Format_RGB888), other = b.convertToFormat(QImage::Format_RGB888);
  std::size_t differs = 0;
  for (int y = 0; y < one.height(); ++y) {
    const uchar* left = one.constScanLine(y);
    const uchar* right = other.constScanLine(y);
    for (int x = 0; x < one.width(); ++x, left += 3, right += 3) {
      differs += std::abs(left[0] - right[0]) > kSeen || std::abs(left[1] - right[1]) > kSeen ||
                 std::abs(left[2] - right[2]) > kSeen;
    }
  }
  return static_cast<double>(differs) / (static_cast<double>(one.width()) * one.height());
}

struct SceneCase {
  const Scene* scene;
  ThemeKind theme;
  [[nodiscard]] std::string name() const {
    return std::string(scene->name) + (theme == ThemeKind::Light ? "-light" : "-dark");
  }
};
void PrintTo(const SceneCase& one, std::ostream* out) { *out << one.name(); }

std::vector<SceneCase> cases() {
  std::vector<SceneCase> all;
  for (const Scene& scene : scenes()) {
    for (const ThemeKind theme : {ThemeKind::Light, ThemeKind::Dark}) all.push_back({&scene, theme});
  }
  return all;
}

class SceneTest : public testing::TestWithParam<SceneCase> {};

TEST_P(SceneTest, looksAsItIsStored) {
  setLanguage(kLanguages.front());
  ThemeHolder::instance().set(GetParam().theme);
  const QImage picture = pictureOf(*GetParam().scene, kSize);
  ThemeHolder::instance().set(ThemeKind::Light);
  ASSERT_FALSE(picture.isNull()) << "it cannot be made";
  const QString path = stored(GetParam().name());
  if (std::getenv("SANCTUM_STORE_SCENES") != nullptr) {
    ASSERT_TRUE(coarse(picture).save(path, "PNG", 0));
    return;
  }
  const QImage before(path);
  ASSERT_FALSE(before.isNull()) << "nothing is stored for it: look at it and store it";
  const double differs = difference(picture, before);
  if (differs <= kMostDiffers) return;
  QImage both(picture.width() * 2, picture.height(), QImage::Format_RGB888);
  QPainter painter(&both);
  painter.drawImage(0, 0, before);
  painter.drawImage(picture.width(), 0, picture);
  painter.end();
  const QString shown = QDir::temp().filePath(QString::fromStdString("scene-" + GetParam().name() + ".png"));
  both.save(shown);
  FAIL() << differs * 100 << " % of the pixels differ: see " << shown.toStdString()
         << ", stored at the left, now at the right";
}

INSTANTIATE_TEST_SUITE_P(All, SceneTest, testing::ValuesIn(cases()), [](const auto& one) {
  std::string name = one.param.name();
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(Scenes, everyStoredPictureHasAScene) {
  std::set<std::string> names;
  for (const SceneCase& one : cases()) names.insert(one.name() + ".png");
  for (const auto& entry : std::filesystem::directory_iterator(SANCTUM_SOURCE_DIR "/tests/gui/scenes")) {
    if (entry.path().extension() != ".png") continue;
    EXPECT_TRUE(names.contains(entry.path().filename())) << entry.path();
  }
}

}  // namespace
