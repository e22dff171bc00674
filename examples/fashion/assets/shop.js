// The shop's own few lines: a press on "Add to bag" is told to the experiment.
document.querySelectorAll("[data-bag]").forEach((button) => button.addEventListener("click", () => {
  mitate.track("add_to_bag", { value: Number(button.dataset.bag) });
  document.querySelector("[role=status]").textContent = button.dataset.done;
}));
