/// What is thought of an answer.
struct Verdict {
    /// Why it is not what it has to be; empty if it is.
    var problems: [String] = []
    /// What is tolerated in it.
    var notes: [String] = []
    /// What it says about the server.
    var remarks: [String] = []
    /// What later steps may ask for.
    var mark: String?

    var isMet: Bool { problems.isEmpty }
}
