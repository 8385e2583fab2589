import Specification

/// The method and the content type of a request.
struct HTTPShape: Sendable {
    let method: String
    /// nil sends no header.
    let contentType: String?

    /// - Parameter contentType: of a step that names none
    init(_ fields: inout SpecFields, contentType standard: String) throws(SpecificationError) {
        method = try fields.optionalString("http") ?? "POST"
        let type = try fields.optionalString("content_type") ?? standard
        contentType = type == "none" ? nil : type
    }

    var headers: [Header] {
        [Header("User-Agent", "tiyin-conform")] + (contentType.map { [Header("Content-Type", $0)] } ?? [])
    }

    /// What is not as usual, in words.
    func words(usual: String) -> [String] {
        guard let contentType else { return ["without a content type"] }
        return contentType == usual ? [] : ["as \(contentType)"]
    }
}
