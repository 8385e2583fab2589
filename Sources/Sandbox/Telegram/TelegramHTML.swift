import StrictJSON

/// Reads text in `parse_mode` HTML.
///
/// Source: yookassa.md 21; https://core.telegram.org/bots/api (HTML style).
struct TelegramHTML {
    struct Flaw: Error {
        let description: String
    }

    /// Without tags.
    private(set) var text = ""
    private(set) var entities: [JSONValue] = []

    private struct Tag {
        let name: String
        let entity: String
        let url: String?
        /// UTF-16 units.
        let offset: Int
        /// Bytes.
        let place: Int
    }

    private static let kinds = [
        "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
        "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "span": "spoiler",
        "tg-spoiler": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
        "tg-emoji": "custom_emoji",
    ]

    /// - Throws: ``Flaw``, in Telegram's words.
    init(_ source: String) throws(Flaw) {
        let bytes = Array(source.utf8)
        var open: [Tag] = []
        var plain: [UInt8] = []
        var index = 0
        func flush(_ text: inout String) {
            text += String(decoding: plain, as: UTF8.self)
            plain = []
        }
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "<"):
                flush(&text)
                guard let end = bytes[index...].firstIndex(of: UInt8(ascii: ">")) else {
                    throw Flaw(description: "Unclosed start tag at byte offset \(index)")
                }
                let inside = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
                if inside.hasPrefix("/") {
                    try close(inside.dropFirst().lowercased(), &open, index)
                } else {
                    open.append(try Self.tag(inside, text.utf16.count, index))
                }
                index = end + 1
            case UInt8(ascii: "&"):
                let (character, length) = Self.reference(bytes[index...].prefix(12))
                plain += Array(character.utf8)
                index += length
            default:
                plain.append(bytes[index])
                index += 1
            }
        }
        flush(&text)
        if let last = open.last {
            throw Flaw(description: "Can't find end tag corresponding to start tag \"\(last.name)\"")
        }
    }

    private static func tag(_ inside: String, _ offset: Int, _ place: Int) throws(Flaw) -> Tag {
        let name = inside.prefix { !$0.isWhitespace && $0 != "=" }.lowercased()
        guard let entity = kinds[name] else {
            throw Flaw(description: "Unsupported start tag \"\(name)\" at byte offset \(place)")
        }
        let rest = inside.dropFirst(name.count)
        if name == "span", !rest.contains("tg-spoiler") {
            throw Flaw(description: "Tag \"span\" must have class \"tg-spoiler\" at byte offset \(place)")
        }
        let url = rest.firstMatch(of: /href\s*=\s*"([^"]*)"/).map { String($0.1) }
        return Tag(name: name, entity: entity, url: url, offset: offset, place: place)
    }

    private mutating func close(_ name: String, _ open: inout [Tag], _ place: Int) throws(Flaw) {
        guard let tag = open.popLast() else {
            throw Flaw(description: "Unexpected end tag at byte offset \(place)")
        }
        // An end tag without a name ends the last one.
        guard name.isEmpty || name == tag.name else {
            throw Flaw(
                description:
                    "Unmatched end tag at byte offset \(place), expected \"</\(tag.name)>\", found \"</\(name)>\"")
        }
        let length = text.utf16.count - tag.offset
        guard length > 0 else { return }
        var entity: JSONObject = [
            "offset": .integer(Int64(tag.offset)), "length": .integer(Int64(length)), "type": .string(tag.entity),
        ]
        if let url = tag.url { entity["url"] = .string(url) }
        entities.append(.object(entity))
    }

    /// `&lt;` and its like; an ampersand that begins none stands for itself.
    /// - Returns: what it means, and how many bytes it has.
    private static func reference(_ bytes: ArraySlice<UInt8>) -> (String, Int) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: ";")) else { return ("&", 1) }
        let name = String(decoding: bytes[(bytes.startIndex + 1)..<end], as: UTF8.self)
        let length = end - bytes.startIndex + 1
        if let known = ["lt": "<", "gt": ">", "amp": "&", "quot": "\""][name] { return (known, length) }
        guard name.hasPrefix("#") else { return ("&", 1) }
        let isHex = name.hasPrefix("#x")
        guard let number = UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10),
            let scalar = Unicode.Scalar(number)
        else { return ("&", 1) }
        return (String(Character(scalar)), length)
    }
}
