import Foundation

/// Text in a path or a query: everything but unreserved characters (RFC 3986) becomes `%XX`.
enum PercentEncoding {
    private static let unreserved = CharacterSet(
        charactersIn: "-._~ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    static func encode(_ text: String) -> String {
        // Nil is for text that is no Unicode, which no String holds.
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }
}
