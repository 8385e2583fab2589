import Specification

/// What a miss may say about the misses after it.
struct Hint: Sendable {
    /// The scenario whose miss it explains.
    let scenario: String
    let sentence: String

    /// An item of the document's `hints`.
    init(_ node: SpecNode, _ scenarios: [Scenario]) throws(SpecificationError) {
        var fields = try node.fields("a hint")
        let name = try fields.required("missed")
        scenario = try name.string("missed")
        sentence = try fields.requiredString("say")
        try fields.finish()
        guard scenarios.contains(where: { $0.id == scenario }) else {
            throw name.error("there is no scenario \(scenario)")
        }
    }
}
