/// How strings are written.
public enum JSONEscaping {
    /// Appends a string as JSON, in quotes, escaping only what RFC 8259 requires: `"`, `\` and control characters.
    ///
    /// - Parameters:
    ///   - string: The string, unescaped.
    ///   - output: Where to append it, in UTF-8.
    public static func appendJSONString(_ string: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices where needsEscape(bytes[index]) {
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                appendEscape(of: bytes[index], to: &output)
                start = index + 1
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func appendEscape(of byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
        default:
            let low = byte & 0x0F
            output.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
            output.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            output.append(low + (low < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
        }
    }
}

/// Appends a string as JSON, in quotes; see ``JSONEscaping/appendJSONString(_:to:)``.
///
/// - Parameters:
///   - string: The string, unescaped.
///   - output: Where to append it, in UTF-8.
public func appendJSONString(_ string: String, to output: inout [UInt8]) {
    JSONEscaping.appendJSONString(string, to: &output)
}
