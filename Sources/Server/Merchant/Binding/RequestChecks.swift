import Foundation
import HTTPTypes
import Hummingbird
import Specification
import StrictJSON

/// What the document promises of every operation.
enum RequestChecks {
    /// A name that is not known, or that comes twice, is refused: a filter that is misspelt shows the wrong rows.
    static func query(_ request: Request, _ operation: MerchantSpecification.Operation) throws {
        var seen: Set<Substring> = []
        for (name, _) in request.uri.queryParameters {
            guard operation.query.contains(String(name)) else {
                let known = operation.query.isEmpty ? "none" : operation.query.joined(separator: ", ")
                throw Problem.invalid(
                    name.isEmpty ? "query" : String(name),
                    "There is no such query parameter. This path knows: \(known).")
            }
            guard seen.insert(name).inserted else {
                throw Problem.invalid(String(name), "Send this query parameter once.")
            }
        }
    }

    /// No `Content-Type` is as good as the right one.
    static func mediaType(_ request: Request, _ operation: MerchantSpecification.Operation) throws {
        guard !operation.mediaTypes.isEmpty, let sent = request.headers[.contentType] else { return }
        let essence = sent.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)[0]
            .trimmingCharacters(in: .whitespaces).lowercased()
        guard operation.mediaTypes.contains(essence) else {
            let known = operation.mediaTypes.joined(separator: " or ")
            throw Problem(
                status: .unsupportedMediaType, type: "unsupported-media-type",
                detail: "Send the body as \(known), and say so in Content-Type. With curl: --json instead of -d.")
        }
    }

    /// The members of a body that must be a JSON object.
    static func object(_ bytes: [UInt8]) throws -> JSONObject {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw Problem(status: .badRequest, type: "invalid-json", detail: "The body is not valid JSON. \(error).")
        }
        guard let object = value.objectValue else {
            throw Problem(status: .badRequest, type: "invalid-json", detail: "The body must be a JSON object.")
        }
        return object
    }

    /// The members of a body that may be left out.
    static func optionalObject(_ bytes: [UInt8]) throws -> JSONObject {
        bytes.isEmpty ? JSONObject() : try object(bytes)
    }

    /// - Throws: ``Problem`` that names the first member that is not among `known`.
    static func fields(_ object: JSONObject, known: Set<String>) throws {
        if let stray = object.keys.first(where: { !known.contains($0) }) {
            throw Problem.invalid(stray, "There is no such field: remove it or correct its name.")
        }
    }
}

extension RequestChecks {
    /// A text among the query's parameters; nil if it is not there.
    ///
    /// - Throws: ``Problem`` for one that is longer than 256 characters or has U+0000.
    static func word(_ name: String, _ request: Request) throws -> String? {
        guard let text = request.uri.queryParameters[name[...]].map(String.init) else { return nil }
        guard text.unicodeScalars.count <= 256, !text.utf8.contains(0) else {
            throw Problem.invalid(name, "Must be text of at most 256 characters.")
        }
        return text
    }
}
