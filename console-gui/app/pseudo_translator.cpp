#include "console-gui/app/pseudo_translator.h"

#include <QRegularExpression>

namespace console {
namespace {

QChar marked(QChar letter) {
  static const QString kFrom = QStringLiteral("AEIOUaeiouCNcnSsZz");
  static const QString kTo = QStringLiteral("\u00c4\u00cb\u00cf\u00d6\u00dc\u00e4\u00eb\u00ef\u00f6\u00fc\u00c7\u00d1\u00e7\u00f1\u0160\u0161\u017d\u017e");
  const auto at = kFrom.indexOf(letter);
  return at < 0 ? letter : kTo[at];
}

}  // namespace

QString pseudo(const QString& text) {
  // What is no word: %1, %L1, %n, tags, entities, mnemonics.
  static const QRegularExpression kKept(QStringLiteral("%L?\\d+|%L?n|<[^>]*>|&[a-z]+;|&"));
  QString out;
  qsizetype at = 0, letters = 0;
  const auto words = [&](qsizetype end) {
    for (; at < end; ++at, ++letters) out += marked(text[at]);
  };
  for (auto matches = kKept.globalMatch(text); matches.hasNext();) {
    const auto match = matches.next();
    words(match.capturedStart());
    out += match.captured();
    at = match.capturedEnd();
  }
  words(text.size());
  // Where the text is HTML, the brackets belong inside of its first and last tag, which nobody can tell; they stay outside.
  return QStringLiteral("[") + out + QString(std::max<qsizetype>(1, letters * 2 / 5), QLatin1Char('~')) + QStringLiteral("]");
}

QString PseudoTranslator::translate(const char* /*context*/, const char* text, const char* /*which*/, int /*n*/) const {
  return pseudo(QString::fromUtf8(text));
}

}  // namespace console
