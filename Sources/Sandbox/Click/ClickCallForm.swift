import Crypto
import Foundation
import Specification

/// The form that Click posts: its fields in the order in which they stand in it, and their signature.
///
/// Source: click.md 1.2, 1.3.
struct ClickCallForm: Sendable {
    private(set) var fields: [(name: String, value: String)]

    /// - Parameter parts: what is hashed, in this order.
    init(_ fields: [(String, String)], signing parts: [ClickSpecification.SignaturePart], secret: String) {
        let text = parts.map { part in
            switch part {
            case .secret: secret
            case .params: ""
            case .field(let name): fields.first { $0.0 == name }?.1 ?? ""
            }
        }.joined()
        let digest = Insecure.MD5.hash(data: Data(text.utf8))
        self.fields =
            fields.map { (name: $0.0, value: $0.1) } + [(name: "sign_string", value: Self.hexadecimal(digest))]
    }

    var bytes: [UInt8] {
        Array(fields.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&").utf8)
    }

    /// The same with a field on every line.
    static func shown(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).split(separator: "&").joined(separator: "\n&")
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
