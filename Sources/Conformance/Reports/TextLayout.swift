/// Puts text into lines of limited width.
enum TextLayout {
    /// Breaks a text at spaces, and inside words that are longer than a line.
    static func wrapped(_ text: String, width: Int) -> [String] {
        let width = max(width, 20)
        var lines: [String] = []
        var line = ""
        for word in printable(text).split(separator: " ", omittingEmptySubsequences: true) {
            var word = word[...]
            if !line.isEmpty, line.count + 1 + word.count > width {
                // A long word begins on the line it fits best, instead of leaving that line half empty.
                let room = width - line.count - 1
                if word.count > width, room > 10 {
                    let part = beginning(of: word, upTo: room)
                    line += " " + part
                    word = word.dropFirst(part.count)
                }
                lines.append(line)
                line = ""
            }
            while word.count > width {
                let part = beginning(of: word, upTo: width)
                lines.append(String(part))
                word = word.dropFirst(part.count)
            }
            if word.isEmpty { continue }
            line += line.isEmpty ? String(word) : " " + word
        }
        if !line.isEmpty || lines.isEmpty { lines.append(line) }
        return lines
    }

    /// As much of a long word as fits, up to a comma if there is one: JSON is easier to read so.
    private static func beginning(of word: Substring, upTo width: Int) -> Substring {
        let part = word.prefix(width)
        guard let comma = part.lastIndex(of: ","), part.distance(from: comma, to: part.endIndex) < width / 2 else {
            return part
        }
        return part[...comma]
    }

    /// A label and a text beside it, the text in as many lines as it takes.
    static func labelled(_ label: String, _ text: String, indent: Int, labelWidth: Int, width: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        let gap = String(repeating: " ", count: labelWidth)
        return wrapped(text, width: width - indent - labelWidth).enumerated().map { index, line in
            margin + (index == 0 ? label.padded(to: labelWidth) : gap) + line
        }
    }

    /// A server may send anything; a terminal should not obey it.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnprintable) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(isUnprintable(scalar) ? " " : scalar) }
        return String(scalars)
    }

    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
        default: false
        }
    }
}

extension String {
    func padded(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }
}
