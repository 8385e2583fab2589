import StrictJSON
import Testing

/// Why a document is refused, or nil if it is read.
func refusal(of document: String, limits: JSONLimits = .default) -> JSONError? {
    refusal(of: Array(document.utf8), limits: limits)
}

/// Why a document is refused, or nil if it is read.
func refusal(of document: [UInt8], limits: JSONLimits = .default) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONValue(parsing: document, limits: limits)
        return nil
    } catch {
        return error
    }
}

/// A document that must be refused, and how.
struct BadDocument: CustomTestStringConvertible, Sendable {
    let bytes: [UInt8]
    let code: JSONError.Code
    let offset: Int

    init(_ document: String, _ code: JSONError.Code, at offset: Int) {
        self.init(Array(document.utf8), code, at: offset)
    }

    init(_ bytes: [UInt8], _ code: JSONError.Code, at offset: Int) {
        (self.bytes, self.code, self.offset) = (bytes, code, offset)
    }

    var error: JSONError { JSONError(code: code, offset: offset) }
    var testDescription: String { "\(String(decoding: bytes, as: UTF8.self)): \(error)" }
}
