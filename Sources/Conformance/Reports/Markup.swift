/// Escapes text for XML and HTML.
enum Markup {
    /// The text, safe between tags and in quoted attributes.
    ///
    /// Characters that XML 1.0 has no place for, not even escaped, become U+FFFD.
    static func escaped(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output.append(contentsOf: "&amp;".unicodeScalars)
            case "<": output.append(contentsOf: "&lt;".unicodeScalars)
            case ">": output.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": output.append(contentsOf: "&quot;".unicodeScalars)
            case "'": output.append(contentsOf: "&#39;".unicodeScalars)
            default: output.append(isAllowed(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return String(output)
    }

    /// The same for an attribute: a line break inside one would be read as a space.
    static func attribute(_ text: String) -> String {
        escaped(text).replacing("\n", with: "&#10;").replacing("\t", with: "&#9;")
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xA: true
        // Direction marks could make a hostile answer look like a part of the report.
        case 0x202A...0x202E, 0x2066...0x2069: false
        case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
