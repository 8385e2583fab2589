import Foundation
import Hummingbird

/// The fields of a form, as a browser sends them.
struct FormFields: Sendable {
    let pairs: [(String, String)]

    private static let bytesMaximum = 16_384
    private static let fieldsMaximum = 40

    /// - Throws: an error of status 413 or 400 for what no form of ours sends.
    init(_ request: Request) async throws {
        let body = try await request.body.collect(upTo: Self.bytesMaximum)
        let parts = String(buffer: body).split(separator: "&")
        guard parts.count <= Self.fieldsMaximum else { throw HTTPError(.badRequest) }
        pairs = try parts.map { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(halves[0]), let value = Self.decoded(halves.count == 2 ? halves[1] : "")
            else { throw HTTPError(.badRequest) }
            return (name, value)
        }
    }

    /// The first value of a field; empty if there is none.
    subscript(name: String) -> String { pairs.first { $0.0 == name }?.1 ?? "" }

    private static func decoded(_ text: Substring) -> String? {
        String(text.map { $0 == "+" ? " " : $0 }).removingPercentEncoding
    }
}
