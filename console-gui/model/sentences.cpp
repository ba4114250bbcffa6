#include "console-gui/model/sentences.h"

#include <QCoreApplication>
#include <QHash>
#include <QRegularExpression>
#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <vector>

#include "console-gui/model/sentence_table.h"

namespace console {
namespace {

constexpr int kMostNested = 4;
// A form with fewer letters is a phrase, as "%1 and %2": no sentence is taken for one.
constexpr qsizetype kSentenceLetters = 8;

struct Form {
  const char* text;
  QRegularExpression fits;
  QStringList parts;                // between places, in order; looked for first, as that is fast
  bool begins = true, ends = true;  // with a part, not with a place
  std::vector<int> places;  // the number of each capture
  qsizetype letters = 0;    // of its own, without places
};

Form formOf(const char* text) {
  Form form{text, {}, {}, true, true, {}, 0};
  const QString form8 = QString::fromUtf8(text);
  QString pattern;
  bool fresh = true;  // the next letter begins a part
  for (qsizetype i = 0; i < form8.size(); ++i) {
    if (form8[i] == QLatin1Char('%') && i + 1 < form8.size() && form8[i + 1].isDigit()) {
      form.begins = form.begins && i != 0;
      form.places.push_back(form8[++i].digitValue());
      form.ends = i + 1 < form8.size();
      pattern += QStringLiteral("(.+?)");
      fresh = true;
    } else {
      if (fresh) form.parts.emplace_back();
      fresh = false;
      form.parts.back() += form8[i];
      pattern += QRegularExpression::escape(form8.mid(i, 1));
      ++form.letters;
    }
  }
  form.fits.setPattern(QRegularExpression::anchoredPattern(pattern));
  return form;
}

// Whether its parts stand in the text, one behind the other: without that it does not fit.
bool mayFit(const Form& form, const QString& english) {
  if (form.begins && !english.startsWith(form.parts.front())) return false;
  if (form.ends && !form.parts.empty() && !english.endsWith(form.parts.back())) return false;
  qsizetype at = 0;
  for (const QString& part : form.parts) {
    at = english.indexOf(part, at);
    if (at < 0) return false;
    at += part.size();
  }
  return true;
}

// The most particular first.
const std::vector<Form>& forms() {
  static const std::vector<Form> kForms = [] {
    std::vector<Form> made;
    for (const char* text : kSentences) made.push_back(formOf(text));
    std::ranges::stable_sort(made, std::greater{}, &Form::letters);
    return made;
  }();
  return kForms;
}

std::mutex knownMutex;
std::atomic<bool> translating = false;

QHash<QString, QString>& known() {
  static QHash<QString, QString> kKnown;
  return kKnown;
}

bool translated(const QString& english, int nested, QString& out) {
  const bool whole = nested == 0 && (english.endsWith(QLatin1Char('.')) || english.contains(QLatin1String(". ")));
  for (const Form& form : forms()) {
    if ((whole && form.letters < kSentenceLetters) || !mayFit(form, english)) continue;
    const auto match = form.fits.match(english);
    if (!match.hasMatch()) continue;
    const QString said = QCoreApplication::translate("Sentences", form.text);
    std::array<QString, 10> values;
    for (std::size_t i = 0; i < form.places.size(); ++i) {
      QString value = match.captured(static_cast<int>(i) + 1);
      QString phrase;
      if (nested < kMostNested && translated(value, nested + 1, phrase)) value = phrase;
      values[static_cast<std::size_t>(form.places[i])] = value;
    }
    // In one walk: a value may itself have a per cent sign.
    for (qsizetype i = 0; i < said.size(); ++i) {
      if (said[i] == QLatin1Char('%') && i + 1 < said.size() && said[i + 1].isDigit()) {
        out += values[static_cast<std::size_t>(said[++i].digitValue())];
      } else {
        out += said[i];
      }
    }
    return true;
  }
  return false;
}

QString worked(const QString& english) {
  QString out;
  if (translated(english, 0, out)) return out;
  // Several sentences: one by one. A name has no space after its dots.
  for (qsizetype at = english.indexOf(QLatin1String(". ")); at > 0; at = english.indexOf(QLatin1String(". "), at + 1)) {
    QString first;
    if (translated(english.left(at + 1), 0, first)) return first + QLatin1Char(' ') + worked(english.mid(at + 2));
  }
  return english;
}

}  // namespace

QString sentence(const QString& english) {
  if (english.isEmpty() || !translating) return english;
  {
    const std::scoped_lock lock(knownMutex);
    if (const auto it = known().constFind(english); it != known().constEnd()) return *it;
  }
  QString said = worked(english);
  const std::scoped_lock lock(knownMutex);
  if (known().size() >= kMostKnown) known().clear();
  return *known().insert(english, std::move(said));
}

QString sentence(std::string_view english) {
  return sentence(QString::fromUtf8(english.data(), static_cast<qsizetype>(english.size())));
}

QString sentence(const Problem& problem) {
  QString text = sentence(problem.title) + QStringLiteral(". ") + sentence(problem.detail);
  if (!problem.hint.empty()) text += QStringLiteral(" ") + sentence(problem.hint);
  return text.simplified();
}

bool hasForm(std::string_view english) {
  QString out;
  return translated(QString::fromUtf8(english.data(), static_cast<qsizetype>(english.size())), 0, out);
}

void setSentences(bool translated) {
  translating = translated;
  const std::scoped_lock lock(knownMutex);
  known().clear();
}

}  // namespace console
