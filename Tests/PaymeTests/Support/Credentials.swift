import Foundation

/// What Payme sends to be let in.
enum Credentials {
    static func header(_ key: String, login: String = "Paycom") -> String {
        "Basic " + base64("\(login):\(key)")
    }

    static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
