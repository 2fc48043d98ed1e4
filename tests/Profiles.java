import java.io.File;
import org.semanticweb.HermiT.ReasonerFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.Profiles;
import org.semanticweb.owlapi.reasoner.OWLReasoner;

/** Prints whatever keeps an ontology out of OWL 2 DL and RL, its inconsistency, its unsatisfiable classes; else nothing. */
class Check {
    public static void main(String[] arguments) throws Exception {
        OWLOntology ontology =
            OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(arguments[0]));
        for (Profiles profile : new Profiles[] {Profiles.OWL2_DL, Profiles.OWL2_RL}) {
            profile.checkOntology(ontology).getViolations().forEach(v -> System.out.println(profile + ": " + v));
        }
        OWLReasoner reasoner = new ReasonerFactory().createReasoner(ontology);
        if (!reasoner.isConsistent()) {
            System.out.println("inconsistent");
        } else {
            reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom()
                .forEach(c -> System.out.println("unsatisfiable: " + c));
        }
    }
}
