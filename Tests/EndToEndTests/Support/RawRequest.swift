import Foundation
import TestSupport

/// A request, byte for byte.
enum RawRequest {
    static let path = "/payments/payme/webhook"

    static func authorization(login: String = "Paycom", _ key: String) -> String {
        "Basic " + Data("\(login):\(key)".utf8).base64EncodedString()
    }

    /// A head with these lines after Host and Authorization, and the empty line.
    static func head(
        _ method: String = "POST", key: String, version: String = "HTTP/1.1", target: String = path,
        _ lines: [String] = []
    ) -> String {
        let all =
            ["\(method) \(target) \(version)", "Host: shop.example", "Authorization: \(authorization(key))"] + lines
        return all.joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// A whole call.
    static func post(_ body: String, key: String, _ lines: [String] = []) -> String {
        head(key: key, ["Content-Length: \(body.utf8.count)"] + lines) + body
    }
}
